package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Go keeps a module's files, asked of Go itself: they are read when the tests run and never become part of ours.
 */
final class GoModule {
    private static final Pattern DIRECTORY = Pattern.compile("\"Dir\":\\s*\"([^\"]+)\"");
    private static final int MINUTES = 3;

    private GoModule() {
    }

    /** The directory of a module; the test is skipped where Go is missing or cannot get it. */
    static Path directory(String module) {
        try {
            Path work = Files.createTempDirectory("go-module");
            Path answer = work.resolve("answer");
            try {
                return ask(module, work, answer);
            } finally {
                Files.deleteIfExists(answer);
                Files.delete(work);
            }
        } catch (IOException missing) {
            return abort("skipped: there is no `go` to read the transcripts of " + module + " with");
        }
    }

    private static Path ask(String module, Path work, Path answer) throws IOException {
        ProcessBuilder command = new ProcessBuilder("go", "mod", "download", "-json", module)
                .directory(work.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(answer.toFile());
        command.environment().put("GOFLAGS", "-mod=mod");
        Process process = command.start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                abort("skipped: `go mod download " + module + "` takes longer than " + MINUTES + " minutes");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", interrupted));
        }
        Matcher directory = DIRECTORY.matcher(Files.readString(answer, StandardCharsets.UTF_8));
        assumeTrue(directory.find(), "skipped: `go mod download " + module + "` cannot get the module");
        return Path.of(directory.group(1).replace("\\\\", "\\"));
    }
}
