package io.drawbore.tools;

import io.drawbore.server.OfflineMember;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names of files as they were told. */
final class Paths {
    private Paths() {}

    /**
     * One that is there.
     *
     * @throws ToolException where it isn't
     */
    static Path existing(String told) {
        Path path = of(told);
        if (!Files.exists(path)) {
            throw ToolException.failed("stat " + told + ": no such file or directory");
        }
        return path;
    }

    /** A member by its flags. */
    static OfflineMember member(Arguments arguments) {
        arguments.require(Flag.DATA_DIR);
        return OfflineMember.open(existing(arguments.text(Flag.DATA_DIR)), walDir(arguments));
    }

    /** Where the log lies by its flag; null where it lies in the data dir. */
    static @Nullable Path walDir(Arguments arguments) {
        return arguments.isTold(Flag.WAL_DIR) ? existing(arguments.text(Flag.WAL_DIR)) : null;
    }

    private static Path of(String told) {
        try {
            return Path.of(told);
        } catch (InvalidPathException e) {
            throw ToolException.failed("stat " + told + ": " + e.getReason());
        }
    }
}
