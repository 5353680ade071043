package io.drawbore.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Finds the distribution, and builds the Go programs, whose versions stand in their go.mod; Go's cache keeps them. */
final class Programs {
    private static final Duration BUILD = Duration.ofMinutes(15);

    private final Path root;

    Programs(final Path root) {
        this.root = root;
    }

    /** etcd's own load tool. */
    Path loadTool() {
        return go(root.resolve("modules/bench/src/main/go/benchmark"));
    }

    /** Our driver for the loads that the load tool does not have. */
    Path driver() {
        return go(root.resolve("modules/bench/src/main/go/load"));
    }

    /** The program that starts a server. */
    Path server(final ServerKind kind) {
        return switch (kind) {
            case DRAWBORE -> distribution();
            case ETCD_3_7, ETCD_3_6 -> go(root.resolve("modules/interop-tests/src/test/go").resolve(kind.title()));
        };
    }

    private Path distribution() {
        final Path launcher = root.resolve("distribution/target/drawbore/bin/drawbore");
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException("no distribution at " + launcher + ": ./bench builds it");
        }
        return launcher;
    }

    private Path go(final Path source) {
        final Path program = root.resolve("modules/bench/target/go-bin").resolve(source.getFileName());
        try {
            Files.createDirectories(program.getParent());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        final Command build = Command.run(
                List.of("go", "-C", source.toString(), "build", "-o", program.toString(), "."), BUILD);
        if (build.exitCode() != 0) {
            throw new IllegalStateException("go build of " + source + ": " + build.complaint());
        }
        return program;
    }
}
