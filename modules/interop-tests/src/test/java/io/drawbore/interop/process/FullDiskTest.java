package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full: the member says so and ends; with room again it starts and has all that it acknowledged. */
class FullDiskTest {
    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    @Test
    void nothingAcknowledgedIsLost() throws IOException {
        final Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                Tools.tryRun("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()) == 0,
                "a small disk cannot be mounted: needs root");
        try {
            fillAndMend(disk);
        } finally {
            Tools.run("umount", disk.toString());
        }
    }

    private void fillAndMend(final Path disk) throws IOException {
        final Map<String, Stored> acknowledged = new HashMap<>();
        try (MemberProcess member = MemberProcess.start(folder, ports.flags(disk.resolve("data")));
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            putUntilRefused(client, acknowledged);
            assertNotEquals(0, member.awaitEnd(), member::text);
            member.lines().forEach(JsonParser::parseString);
            final List<String> errors =
                    member.lines().stream().filter(line -> line.contains("\"error\":")).toList();
            assertEquals(1, errors.size(), member::text);
            final String error = errors.getFirst();
            assertTrue(error.contains("\"level\":\"fatal\""), error);
            assertTrue(error.contains("No space left") || error.contains("the disk is full"), error);
            assertFalse(error.contains("stacktrace"), error);
        }
        assertTrue(acknowledged.size() > 10, () -> "some fitted: " + acknowledged.size());

        Tools.run("mount", "-o", "remount,size=96m", disk.toString());
        try (MemberProcess member = MemberProcess.start(folder, ports.flags(disk.resolve("data")));
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            final Map<String, Stored> there =
                    client.all(0).stream().collect(Collectors.toMap(Stored::key, Function.identity()));
            acknowledged.forEach((key, stored) -> assertEquals(stored, there.get(key)));
            assertTrue(there.size() <= acknowledged.size() + 1, "at most the last write was in doubt");
            client.put("again", "room");
            assertEquals(143, member.terminate());
        }
    }

    private static void putUntilRefused(final JsonClient client, final Map<String, Stored> acknowledged) {
        final String padding = "x".repeat(100_000);
        try {
            while (true) {
                final String key = "k" + acknowledged.size();
                acknowledged.put(key, new Stored(key, key + padding, client.put(key, key + padding)));
            }
        } catch (final IOException full) {
            // the disk
        }
    }
}
