package io.drawbore.api;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.List;

/**
 * What was found in a log.
 *
 * @param log the log, open for appending
 * @param owner whose log it is
 * @param hardState the last one written, the default instance where there was none
 * @param start the newest snapshot record that the hard state's commit covers, {@link Applied#NONE} where there was
 *     none
 * @param confState the configuration recorded with {@code start}, the default instance where there was none
 * @param entries all entries above {@code start}, without gaps
 * @param tail what the end of the log looked like
 */
public record LogRecovery(
        LogStore log,
        MemberIdentity owner,
        HardState hardState,
        Applied start,
        ConfState confState,
        List<Entry> entries,
        Tail tail) {

    /** The end of a log as it was found. */
    public enum Tail {
        /** It ended after a whole record. */
        CLEAN,
        /** A record that was never reported durable was cut off. */
        TORN,
        /**
         * A record was cut off and nothing says whether it had been durable. A member of a cluster must not vote until
         * its log has passed the leader's; a single member reports it.
         */
        UNSAFE
    }
}
