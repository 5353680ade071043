package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool with a program that says where it runs, and is never ready. */
class MemberPoolTest {
    @TempDir
    Path home;

    private final MemberPool pool = new MemberPool();

    /** It was nobody's yet: the hook deleted its folder under it, and left it running. */
    @Test
    void whatIsStartingWhileTheJvmEndsIsEndedWithIt() throws Exception {
        write("pwd > $home/where.new; echo $$ > $home/pid; mv $home/where.new $home/where; exec cat");
        final CompletableFuture<MemberProcess> starting =
                CompletableFuture.supplyAsync(() -> pool.take(settings(), 1));
        final Path where = home.resolve("where");
        while (!Files.exists(where)) {
            assertFalse(starting.isDone());
            Thread.onSpinWait();
        }
        pool.close();
        final long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
        assertEquals(0, ProcessHandle.of(pid).stream().filter(ProcessHandle::isAlive).count());
        assertFalse(Files.exists(Path.of(Files.readString(where).strip()).getParent()));
        final String refusal = assertThrows(ExecutionException.class, () -> starting.get(60, TimeUnit.SECONDS))
                .getMessage();
        assertTrue(refusal.contains("ended before it was ready"), refusal);
    }

    @Test
    void whatEndsBeforeItIsReadyMakesRoomForTheNext() throws Exception {
        write("echo out of order");
        for (int i = 0; i < 2; i++) {
            final String refusal = assertThrows(IllegalStateException.class, () -> pool.take(settings(), 1))
                    .getMessage();
            assertTrue(refusal.contains("ended before it was ready; it printed:\nout of order"), refusal);
        }
        pool.close();
        final String refusal = assertThrows(IllegalStateException.class, () -> pool.take(settings(), 1))
                .getMessage();
        assertTrue(refusal.startsWith("this JVM is ending"), refusal);
    }

    private void write(final String script) throws IOException {
        final Path program = Files.createDirectories(home.resolve("bin")).resolve("drawbore");
        Files.writeString(program, "#!/bin/sh\nhome=" + home + "\n" + script + "\n");
        assertTrue(program.toFile().setExecutable(true));
    }

    private Settings settings() {
        return new Settings(Optional.of(home), Optional.empty(), List.of(), List.of(), Duration.ofMinutes(5));
    }
}
