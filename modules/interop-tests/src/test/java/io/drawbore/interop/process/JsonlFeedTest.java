package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.drawbore.interop.Samples;
import io.drawbore.interop.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of a change feed on the distribution: its file is the history, whatever happens to the member. */
@Tag("full")
class JsonlFeedTest {
    private static final int WRITERS = 4;
    private static final int KILLS = 3;
    private static final int ACKNOWLEDGED = 30;

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    private Path file() {
        return folder.resolve("changes.jsonl");
    }

    private MemberProcess start(final String... more) {
        final List<String> flags = new ArrayList<>(List.of(
                "--snapshot-count=50",
                "--plugins-dir=" + Samples.plugin("jsonl-feed"),
                "--plugin-config=jsonl.file=" + file()));
        flags.addAll(List.of(more));
        return MemberProcess.ready(folder, ports, flags.toArray(String[]::new));
    }

    /** The file's lines; the last one may be half of one while it is written. */
    private List<JsonObject> lines() {
        try {
            final String text = Files.exists(file()) ? Files.readString(file()) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The lines, once the feed has got so far. */
    private List<JsonObject> linesUpTo(final long revision) {
        Waiting.until("revision " + revision + " in " + file(), () -> {
            final List<JsonObject> lines = lines();
            return !lines.isEmpty() && JsonClient.number(lines.getLast(), "done") == revision;
        });
        return lines();
    }

    @Test
    void eachChangeStandsInTheFileOnceOverKillsUnderLoad() throws Exception {
        final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (MemberProcess member = start()) {
                writeAndKill(member, acknowledged);
            }
        }
        try (MemberProcess member = start();
                JsonClient client = new JsonClient(ports)) {
            final long revision = JsonClient.revision(client.status());
            judge(linesUpTo(revision), revision, acknowledged, client.all(0));
            assertEquals(143, member.terminate(), member::text);
        }
    }

    /** Each writer puts two keys at once, puts one and deletes one, again and again. */
    private void writeAndKill(final MemberProcess member, final Map<Long, String> acknowledged)
            throws InterruptedException {
        final var enough = new CountDownLatch(ACKNOWLEDGED);
        final List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            final String name = "w" + i;
            writers.add(Thread.ofPlatform().daemon().start(() -> {
                try (JsonClient client = new JsonClient(ports)) {
                    for (int n = 0; ; n++) {
                        final String value = name + "-" + n;
                        acknowledged.put(client.putAll(List.of(name + "/a", name + "/b"), value), value);
                        acknowledged.put(client.put(name + "/c", value), value);
                        acknowledged.put(client.delete(name + "/b"), "");
                        enough.countDown();
                    }
                } catch (final IOException gone) {
                    // the kill
                }
            }));
        }
        assertTrue(enough.await(MemberProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS), member::text);
        member.kill();
        for (final Thread writer : writers) {
            writer.join();
        }
    }

    private static void judge(
            final List<JsonObject> lines,
            final long last,
            final Map<Long, String> acknowledged,
            final List<Stored> there) {
        final Map<String, Stored> told = new HashMap<>();
        final Map<Long, String> values = new HashMap<>();
        final var seen = new HashSet<String>();
        long revision = 1;
        for (final JsonObject line : lines) {
            final long next = JsonClient.number(line, "revision");
            assertTrue(next == revision || next == revision + 1, () -> "out of order: " + line);
            revision = next;
            final String key = line.get("key").getAsString();
            assertTrue(seen.add(next + " " + key), () -> "twice: " + line);
            final boolean put = line.get("type").getAsString().equals("put");
            final String value = put ? line.get("value").getAsString() : "";
            values.put(next, value);
            if (put) {
                told.put(key, new Stored(key, value, next));
            } else {
                told.remove(key);
            }
        }
        assertEquals(last, revision);
        final Map<String, Stored> kept = new HashMap<>();
        there.forEach(one -> kept.put(one.key(), one));
        assertEquals(kept, told, "what the lines add up to");
        acknowledged.forEach((at, value) -> assertEquals(value, values.get(at), () -> "revision " + at));
    }

    @Test
    void aCompactionBeyondTheCursorIsAGapWithTheStateBehindIt() throws IOException {
        try (MemberProcess member = start();
                JsonClient client = new JsonClient(ports)) {
            client.put("kept", "1");
            client.put("deleted", "1");
            final long cursor = client.put("changed", "1");
            linesUpTo(cursor);
            assertEquals(143, member.terminate(), member::text);
        }
        final long compacted;
        try (MemberProcess member = MemberProcess.ready(folder, ports, "--plugins=none");
                JsonClient client = new JsonClient(ports)) {
            client.delete("deleted");
            compacted = client.put("changed", "2");
            client.put("new", "1");
            final var compaction = new JsonObject();
            compaction.addProperty("revision", compacted);
            client.call("/v3/kv/compaction", compaction);
            assertEquals(143, member.terminate(), member::text);
        }
        try (MemberProcess member = start();
                JsonClient client = new JsonClient(ports)) {
            final long after = client.put("kept", "2");
            final List<JsonObject> lines = linesUpTo(after);
            assertEquals("gap", type(lines.get(3)));
            assertEquals(4, JsonClient.number(lines.get(3), "after"));
            assertEquals(compacted, JsonClient.number(lines.get(3), "compacted"));
            final List<String> state = lines.stream()
                    .filter(line -> type(line).equals("state"))
                    .map(line -> line.get("key").getAsString())
                    .toList();
            assertEquals(List.of("changed", "kept", "new"), state);
            assertEquals(1, lines.stream().filter(line -> type(line).equals("state_end")).count());
            assertEquals(143, member.terminate(), member::text);
        }
    }

    private static String type(final JsonObject line) {
        return line.get("type").getAsString();
    }
}
