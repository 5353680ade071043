package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official Go client sees the same answers from us as from etcd 3.7: in a session, for requests that are refused,
 * for leases, compaction and maintenance, in what it builds of them itself, and in random histories, whose hashes are
 * equal too. The full tier asks etcd itself.
 */
class GoClientTest {
    private static final String STEPS = "400";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"session", "refusals", "history 1 60", "leases", "recipes", "upkeep"})
    void drawboreAnswersAsEtcd(final String part) throws InterruptedException {
        compare(part, ServerKind.DRAWBORE);
    }

    @ParameterizedTest
    @Tag("full")
    @CsvSource({"session", "refusals", "history 1 60", "leases", "recipes", "upkeep"})
    void etcdAnswersAsWritten(final String part) throws InterruptedException {
        compare(part, ServerKind.ETCD_3_7);
    }

    /** Every answer, refusal and hash of a few hundred random puts, deletes, reads and nested transactions. */
    @ParameterizedTest
    @Tag("full")
    @ValueSource(longs = {2, 3, 4, 5})
    void aRandomHistoryIsTheSameInBoth(final long seed) throws InterruptedException {
        final String part = "history " + seed + " " + STEPS;
        final String expected = run(part, ServerKind.ETCD_3_7);
        assertEquals(expected, run(part, ServerKind.DRAWBORE), () -> "seed " + seed);
    }

    /** Leases and compactions too; then every revision is read, hashed and watched from, and again after restarts. */
    @ParameterizedTest
    @Tag("full")
    @ValueSource(longs = 1)
    void drawboreKeepsAHistoryAsEtcd(final long seed) throws InterruptedException {
        Transcript.compare("client.model.txt", lives(seed, 60, 2, ServerKind.DRAWBORE), ServerKind.DRAWBORE);
    }

    @ParameterizedTest
    @Tag("full")
    @ValueSource(longs = 1)
    void etcdKeepsAHistoryAsWritten(final long seed) throws InterruptedException {
        Transcript.compare("client.model.txt", lives(seed, 60, 2, ServerKind.ETCD_3_7), ServerKind.ETCD_3_7);
    }

    @ParameterizedTest
    @Tag("full")
    @ValueSource(longs = {2, 3, 4, 5, 6, 7})
    void aHistoryOverRestartsIsTheSameInBoth(final long seed) throws InterruptedException {
        final String expected = lives(seed, 120, 3, ServerKind.ETCD_3_7);
        assertEquals(expected, lives(seed, 120, 3, ServerKind.DRAWBORE), () -> "seed " + seed);
    }

    /** Each life of the server does so many steps of its own, and all but the first are found by another one. */
    private String lives(final long seed, final int steps, final int lives, final ServerKind kind)
            throws InterruptedException {
        final var told = new StringBuilder();
        for (int life = 1; life <= lives; life++) {
            told.append(run("model " + (seed * 1_000 + life) + " " + steps, kind));
        }
        return told.toString();
    }

    private void compare(final String part, final ServerKind kind) throws InterruptedException {
        Transcript.compare("client." + part.split(" ", 2)[0] + ".txt", run(part, kind), kind);
    }

    private String run(final String part, final ServerKind kind) throws InterruptedException {
        final var command = new ArrayList<String>();
        command.add(Programs.go("client").toString());
        try (ServerProcess server = ServerProcess.start(kind, folder.resolve(kind.name()))) {
            command.add(server.client());
            command.addAll(List.of(part.split(" ")));
            final Ran ran = Ran.command(command, "", Ran.SESSION);
            final String told = ran.output()
                    .lines()
                    .filter(line -> !line.startsWith("{\"level\":"))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
            assertEquals(0, ran.exitCode(), told);
            return told;
        }
    }
}
