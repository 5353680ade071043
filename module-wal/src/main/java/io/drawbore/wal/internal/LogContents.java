package io.drawbore.wal.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.drawbore.api.Applied;
import io.drawbore.proto.etcdserverpb.Metadata;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.walpb.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a log come to, folded one by one, so that nothing older than the start is kept. The checksum
 * does not
 * cover a record's type, so each record is held against what came before: a flipped type must not pass for a history.
 */
final class LogContents {
    /** A record that no log of ours or of etcd's holds at this place. */
    static final class Implausible extends Exception {
        private static final long serialVersionUID = 1L;

        Implausible(String message) {
            super(message);
        }
    }

    private @Nullable Metadata metadata;
    private HardState hardState = HardState.getDefaultInstance();
    private @Nullable Snapshot start;
    /** Snapshots that no hard state has covered yet, oldest first. */
    private final List<Snapshot> uncovered = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    /** The start must be at least this in the end, since the entries up to it are not here. */
    private long neededStart;

    void accept(RecordType type, ByteString data) throws Implausible {
        switch (type) {
            case METADATA -> metadata(parse(Metadata.parser(), data));
            case ENTRY -> entry(known(parse(Entry.parser(), data)));
            case STATE -> hardState(known(parse(HardState.parser(), data)));
            case SNAPSHOT -> snapshot(known(parse(Snapshot.parser(), data)));
            case CRC -> { }
        }
    }

    private static <M> M parse(Parser<M> parser, ByteString data) throws Implausible {
        try {
            return parser.parseFrom(data);
        } catch (InvalidProtocolBufferException e) {
            throw new Implausible("its data does not parse: " + e.getMessage());
        }
    }

    private static <M extends com.google.protobuf.Message> M known(M message) throws Implausible {
        UnknownFieldSet unknown = message.getUnknownFields();
        require(unknown.asMap().isEmpty(), "it has fields that its type has not");
        return message;
    }

    private static void require(boolean condition, String otherwise) throws Implausible {
        if (!condition) {
            throw new Implausible(otherwise);
        }
    }

    private void metadata(Metadata found) throws Implausible {
        require(metadata == null || metadata.equals(found), "it says that another member wrote it");
        metadata = found;
    }

    private void hardState(HardState found) throws Implausible {
        require(found.hasTerm() && found.getTerm() > 0, "a hard state without a term");
        require(found.getTerm() >= hardState.getTerm(), "the term goes back");
        require(found.getCommit() >= hardState.getCommit(), "the commit goes back");
        hardState = found;
        for (Snapshot snapshot : List.copyOf(uncovered)) {
            if (snapshot.getIndex() <= found.getCommit()) {
                uncovered.remove(snapshot);
                startAt(snapshot);
            }
        }
    }

    private void snapshot(Snapshot found) throws Implausible {
        require(found.getIndex() >= 0 && found.getTerm() >= 0, "a snapshot at a negative index");
        if (found.getIndex() <= hardState.getCommit()) {
            startAt(found);
        } else {
            uncovered.add(found);
        }
    }

    private void startAt(Snapshot snapshot) throws Implausible {
        if (start != null && snapshot.getIndex() <= start.getIndex()) {
            require(
                    snapshot.getIndex() < start.getIndex() || snapshot.getTerm() == start.getTerm(),
                    "two snapshots at index " + snapshot.getIndex() + " differ in their term");
            return;
        }
        Entry same = entryAt(snapshot.getIndex());
        if (same != null && same.getTerm() != snapshot.getTerm()) {
            // the leader's snapshot took the place of a log that had gone another way
            entries.clear();
        } else {
            entries.removeIf(entry -> entry.getIndex() <= snapshot.getIndex());
        }
        start = snapshot;
    }

    private @Nullable Entry entryAt(long index) {
        if (entries.isEmpty()) {
            return null;
        }
        long place = index - entries.getFirst().getIndex();
        return place >= 0 && place < entries.size() ? entries.get((int) place) : null;
    }

    private void entry(Entry found) throws Implausible {
        require(found.getIndex() > 0 && found.getTerm() > 0, "an entry without index or term");
        if (start != null && found.getIndex() <= start.getIndex()) {
            return;
        }
        Entry replaced = entryAt(found.getIndex());
        require(
                replaced == null || found.getIndex() > hardState.getCommit() || replaced.getTerm() == found.getTerm(),
                "it replaces the committed entry " + found.getIndex());
        Entry before = entryAt(found.getIndex() - 1);
        require(before == null || before.getTerm() <= found.getTerm(), "the term goes back at " + found.getIndex());
        cutFrom(found.getIndex());
        if (!entries.isEmpty() || start != null) {
            requireNoGap(found.getIndex());
        }
        entries.add(found);
    }

    private void cutFrom(long index) {
        while (!entries.isEmpty() && entries.getLast().getIndex() >= index) {
            entries.removeLast();
        }
    }

    private void requireNoGap(long index) throws Implausible {
        if (index == lastIndex() + 1) {
            return;
        }
        // etcd writes a received snapshot, then the entries behind it, and only then the state that covers both
        boolean received = !uncovered.isEmpty() && index == uncovered.getLast().getIndex() + 1;
        // the first segment that was not released may begin with a snapshot whose entries went with the one before it
        boolean released = entries.isEmpty();
        require(received || released, "entry " + index + " follows upon entry " + lastIndex());
        entries.clear();
        neededStart = index - 1;
    }

    /** What is wrong with the whole, once all records are in. */
    void finish() throws Implausible {
        require(metadata != null, "there is no record that says whose log it is");
        require(start != null, "there is no snapshot record that the last hard state covers");
        require(neededStart <= startIndex(), "the entries up to " + neededStart + " are missing");
        require(
                entries.isEmpty() || entries.getFirst().getIndex() == startIndex() + 1,
                "the entries do not begin behind the snapshot at " + startIndex());
        require(
                hardState.getCommit() <= lastIndex(),
                "the hard state commits " + hardState.getCommit() + ", the log ends at " + lastIndex());
    }

    Metadata metadata() {
        return metadata == null ? Metadata.getDefaultInstance() : metadata;
    }

    HardState hardState() {
        return hardState;
    }

    Applied start() {
        return start == null ? Applied.NONE : new Applied(start.getIndex(), start.getTerm());
    }

    ConfState confState() {
        return start == null ? ConfState.getDefaultInstance() : start.getConfState();
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    private long startIndex() {
        return start == null ? 0 : start.getIndex();
    }

    long lastIndex() {
        return entries.isEmpty() ? startIndex() : entries.getLast().getIndex();
    }
}
