package io.drawbore.raft;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.internal.EntrySizes;
import io.drawbore.raft.internal.EntryWindow;
import java.util.List;

/**
 * The recent part of a log, in memory: a host mirrors here what it has written to disk, and compacts it as it likes.
 * Owned by the core's thread; the lists that it hands out never change and may go to other threads.
 */
public final class MemoryStorage implements RaftStorage {
    private HardState hardState;
    private ConfState confState;
    private Snapshot snapshot = Snapshot.getDefaultInstance();
    private Applied start;
    private EntryWindow entries;

    private MemoryStorage(Applied start, ConfState confState, HardState hardState) {
        this.start = start;
        this.confState = confState;
        this.hardState = hardState;
        this.entries = new EntryWindow(start.index() + 1);
    }

    /** An empty log of a member that has never run. */
    public static MemoryStorage empty() {
        return empty(ConfState.getDefaultInstance());
    }

    /**
     * An empty log of a member that has never run, of a cluster whose first configuration is settled: all its members
     * begin with the same one, and none of them is bootstrapped. For tests and simulations.
     */
    public static MemoryStorage empty(ConfState confState) {
        return new MemoryStorage(Applied.NONE, confState, HardState.getDefaultInstance());
    }

    /**
     * A log as it was recovered. It has no {@link #snapshot} yet.
     *
     * @param start index and term of the last entry that is not here, {@link Applied#NONE} if all are
     * @param confState the configuration at the last index that the host has applied, {@link RaftConfig#applied}, which
     *     may lie above {@code start}
     * @param hardState the last one written, the default instance where there was none
     * @param entries all entries behind {@code start}, without gaps
     */
    public static MemoryStorage of(Applied start, ConfState confState, HardState hardState, List<Entry> entries) {
        MemoryStorage storage = new MemoryStorage(start, confState, hardState);
        storage.append(entries);
        return storage;
    }

    /** Mirrors all that a Ready had to be written: its snapshot, its entries and its hard state. */
    public void mirror(Ready ready) {
        if (ready.snapshot().getMetadata().getIndex() != 0) {
            applySnapshot(ready.snapshot());
        }
        append(ready.entries());
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            setHardState(ready.hardState());
        }
    }

    /** Mirrors entries that were written: without gaps, the first at most one above {@link #lastIndex}. */
    public void append(List<Entry> written) {
        if (written.isEmpty()) {
            return;
        }
        long from = written.getFirst().getIndex();
        InvariantException.check(from <= entries.end(),
                "entries from " + from + " leave a gap behind " + lastIndex());
        List<Entry> kept = written;
        if (from < entries.first()) {
            // What is compacted away stays away.
            kept = written.subList((int) Math.min(written.size(), entries.first() - from), written.size());
            if (kept.isEmpty()) {
                return;
            }
        }
        entries.truncateFrom(kept.getFirst().getIndex());
        entries.append(kept);
    }

    /** Mirrors a hard state that was written. */
    public void setHardState(HardState written) {
        hardState = written;
    }

    /**
     * Lets go of all entries up to an index, which must be here and no higher than {@link RaftStatus#applied}: the core
     * still looks at what it does not know to be applied. The term of the last of them stays known.
     *
     * @throws CompactedException if they are gone already
     */
    public void compact(long index) {
        if (index < firstIndex()) {
            throw new CompactedException(index, firstIndex());
        }
        start = new Applied(index, term(index));
        entries.dropBelow(index + 1);
    }

    /** What the entries take in an encoding, without framing. */
    public long bytes() {
        return entries.bytes();
    }

    /**
     * The lowest index to {@link #compact} to for the rest to take no more than this; that before the first entry where
     * it takes no more as it is.
     */
    public long indexLeaving(long maxBytes) {
        long index = firstIndex() - 1;
        for (long excess = bytes() - maxBytes; excess > 0 && index < lastIndex(); index++) {
            excess -= entries.get(index + 1).getSerializedSize();
        }
        return index;
    }

    /**
     * Keeps a snapshot of the state at an index, to be given to members that lag behind.
     *
     * @param index an index of the log, above that of the last snapshot
     * @param confStateThere the configuration at that index
     * @param data what the host wants to send along
     * @throws CompactedException if there is a newer snapshot
     */
    public Snapshot createSnapshot(long index, ConfState confStateThere, ByteString data) {
        long newest = snapshot.getMetadata().getIndex();
        if (index <= newest) {
            throw new CompactedException(index, newest + 1);
        }
        snapshot = Snapshot.newBuilder()
                .setMetadata(SnapshotMetadata.newBuilder()
                        .setIndex(index)
                        .setTerm(term(index))
                        .setConfState(confStateThere))
                .setData(data)
                .build();
        return snapshot;
    }

    /**
     * Mirrors a snapshot that was installed: it takes the place of the whole log.
     *
     * @throws CompactedException if the log already starts behind it
     */
    public void applySnapshot(Snapshot installed) {
        long index = installed.getMetadata().getIndex();
        if (index <= start.index()) {
            throw new CompactedException(index, firstIndex());
        }
        snapshot = installed;
        confState = installed.getMetadata().getConfState();
        start = new Applied(index, installed.getMetadata().getTerm());
        entries = new EntryWindow(index + 1);
    }

    @Override
    public InitialState initialState() {
        return new InitialState(hardState, confState);
    }

    @Override
    public List<Entry> entries(long lo, long hi, long maxBytes) {
        if (lo < firstIndex()) {
            throw new CompactedException(lo, firstIndex());
        }
        return EntrySizes.limit(entries.view(lo, hi), maxBytes);
    }

    @Override
    public long term(long index) {
        if (index == start.index()) {
            return start.term();
        }
        if (index < start.index()) {
            throw new CompactedException(index, firstIndex());
        }
        InvariantException.check(index <= lastIndex(), "index " + index + " is behind the log's end " + lastIndex());
        return entries.get(index).getTerm();
    }

    @Override
    public long firstIndex() {
        return entries.first();
    }

    @Override
    public long lastIndex() {
        return entries.end() - 1;
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }
}
