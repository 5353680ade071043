package io.drawbore.api;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.List;

/**
 * What a log holds, as {@link LogStoreProvider#read} found it.
 *
 * @param owner whose log it is
 * @param hardState the last one written, the default instance where there was none
 * @param start the newest snapshot record that the hard state's commit covers, {@link Applied#NONE} where there was
 *     none
 * @param confState the configuration recorded with {@code start}, the default instance where there was none
 * @param entries all entries above {@code start}, without gaps
 * @param tail what the end of the log looks like
 */
public record LogContent(
        MemberIdentity owner,
        HardState hardState,
        Applied start,
        ConfState confState,
        List<Entry> entries,
        LogRecovery.Tail tail) {
    /** Copies the list. */
    public LogContent {
        entries = List.copyOf(entries);
    }

    /** The index of the last entry; that of the start where there is none. */
    public long lastIndex() {
        return start.index() + entries.size();
    }
}
