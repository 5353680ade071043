package io.drawbore.tools;

import java.util.Arrays;
import java.util.Optional;

/** What can be said behind the dashes; each command takes some of them, and all take those of {@link #isGlobal}. */
enum Flag {
    DATA_DIR("data-dir", Kind.TEXT, "", "Path to the data dir"),
    WAL_DIR("wal-dir", Kind.TEXT, "", "Path to the log (default member/wal of the data dir)"),
    TARGET_VERSION("target-version", Kind.TEXT, "", "Storage version to migrate to, as \"X.Y\"; 3.5 at least"),
    FORCE("force", Kind.SWITCH, "false", "Go down though the log holds what the target doesn't know"),
    REV("rev", Kind.NUMBER, "0", "maximum revision to hash (default: latest revision)"),
    START_INDEX("start-index", Kind.NUMBER, "0", "first entry to print"),
    END_INDEX("end-index", Kind.NUMBER, "0", "last entry to print (default: the log's last)"),
    ENTRY_TYPE("entry-type", Kind.TEXT, "", "types of entries to print, separated by commas (default: all)"),
    BACKEND("backend", Kind.TEXT, "sqlite", "which store holds the keys, as the member was told"),
    LOG_STORE("log-store", Kind.TEXT, "wal", "which log holds the entries, as the member was told"),
    STORAGE_MIGRATOR("storage-migrator", Kind.TEXT, "etcd", "what knows storage versions, as the member was told"),
    TIMEOUT("timeout", Kind.DURATION, "10s", "taken for etcdutl's sake: files in use are refused at once"),
    WRITE_OUT("write-out", Kind.TEXT, "simple", "set the output format (fields, json, simple, table)"),
    HELP("help", Kind.SWITCH, "false", "show this");

    /** What is said behind a flag. */
    enum Kind {
        TEXT,
        NUMBER,
        DURATION,
        SWITCH
    }

    private final String label;
    private final Kind kind;
    private final String initial;
    private final String usage;

    Flag(String label, Kind kind, String initial, String usage) {
        this.label = label;
        this.kind = kind;
        this.initial = initial;
        this.usage = usage;
    }

    String label() {
        return label;
    }

    Kind kind() {
        return kind;
    }

    String initial() {
        return initial;
    }

    String usage() {
        return usage;
    }

    boolean isGlobal() {
        return this == TIMEOUT || this == WRITE_OUT || this == HELP;
    }

    static Optional<Flag> named(String label) {
        return Arrays.stream(values()).filter(flag -> flag.label.equals(label)).findFirst();
    }

    static Optional<Flag> lettered(char letter) {
        return switch (letter) {
            case 'w' -> Optional.of(WRITE_OUT);
            case 'h' -> Optional.of(HELP);
            default -> Optional.empty();
        };
    }
}
