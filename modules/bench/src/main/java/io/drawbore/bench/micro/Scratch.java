package io.drawbore.bench.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** A folder that is gone when it is closed, in the working folder: the system's own is often held in memory. */
final class Scratch implements AutoCloseable {
    private final Path folder;

    Scratch() {
        try {
            this.folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "micro");
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try (var files = Files.walk(folder)) {
            for (final Path file : new ArrayList<>(files.toList()).reversed()) {
                Files.delete(file);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
