package io.drawbore.wal.internal;

import org.jspecify.annotations.Nullable;

/** What a record of etcd's log holds; its number on disk is {@link #number}. */
enum RecordType {
    /** Whose log it is: {@code etcdserverpb.Metadata}. */
    METADATA(1),
    /** {@code raftpb.Entry}. */
    ENTRY(2),
    /** {@code raftpb.HardState}. */
    STATE(3),
    /** No data; its checksum is the one the chain has reached. */
    CRC(4),
    /** {@code walpb.Snapshot}. */
    SNAPSHOT(5);

    private static final RecordType[] ALL = values();

    private final int number;

    RecordType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The type of a number, null where there is none. */
    static @Nullable RecordType of(long number) {
        return number >= 1 && number <= ALL.length ? ALL[(int) number - 1] : null;
    }
}
