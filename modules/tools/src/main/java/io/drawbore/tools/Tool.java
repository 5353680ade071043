package io.drawbore.tools;

import java.util.List;

/** The commands. */
enum Tool {
    HASHKV("hashkv", "<filename or data dir>", "Prints the hash of the history in a database file or a member's store"),
    MIGRATE("migrate", "", "Brings a member's store to another storage version"),
    SNAPSHOT_STATUS("snapshot status", "<filename>", "Prints what a snapshot holds"),
    VERIFY("verify", "", "Holds a member's log, store, digests and membership against each other"),
    VERSION("version", "", "Prints the version of etcdutl that this one stands for"),
    WAL_DUMP("wal dump", "", "Prints the entries of a log");

    private final String words;
    private final String operands;
    private final String purpose;

    Tool(String words, String operands, String purpose) {
        this.words = words;
        this.operands = operands;
        this.purpose = purpose;
    }

    /** Its one word or two. */
    List<String> words() {
        return List.of(words.split(" ", -1));
    }

    String operands() {
        return operands;
    }

    String purpose() {
        return purpose;
    }

    boolean takes(Flag flag) {
        return switch (flag) {
            case TIMEOUT, WRITE_OUT, HELP -> true;
            case REV -> this == HASHKV;
            case BACKEND -> this == HASHKV || this == MIGRATE || this == VERIFY;
            case LOG_STORE -> this == MIGRATE || this == VERIFY || this == WAL_DUMP;
            case STORAGE_MIGRATOR -> this == MIGRATE || this == VERIFY;
            case DATA_DIR, WAL_DIR -> this == MIGRATE || this == VERIFY || this == WAL_DUMP;
            case TARGET_VERSION, FORCE -> this == MIGRATE;
            case START_INDEX, END_INDEX, ENTRY_TYPE -> this == WAL_DUMP;
        };
    }
}
