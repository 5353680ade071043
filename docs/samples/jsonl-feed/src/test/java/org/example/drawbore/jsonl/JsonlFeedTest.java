package org.example.drawbore.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.api.ChangeFeed.Item;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change stands in the file once, wherever it was stopped and however often a change is delivered. */
class JsonlFeedTest {
    @TempDir
    Path folder;

    private final JsonlFeed feed = new JsonlFeed();
    private Path file;

    @BeforeEach
    void chooseAFile() {
        file = folder.resolve("changes.jsonl");
        feed.writeTo(file, true);
    }

    private static Event put(long revision, String key, String value) {
        return Event.newBuilder()
                .setType(Event.EventType.PUT)
                .setKv(KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .setCreateRevision(2)
                        .setVersion(1)
                        .setModRevision(revision))
                .build();
    }

    private static Item.Changes changes(long revision, Event... events) {
        return new Item.Changes(revision, List.of(events));
    }

    /** Revisions 2 and 3, the latter of three changes, then a gap with two keys, then revision 31. */
    private static List<Item> items() {
        Event delete = Event.newBuilder()
                .setType(Event.EventType.DELETE)
                .setKv(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("a")).setModRevision(3))
                .build();
        return List.of(
                changes(3, put(2, "a", "1"), put(3, "b", "tab\tand \"quotes\",\"done\":9}"), delete, put(3, "c", "ü")),
                new Item.Gap(3, 20, 30),
                new Item.State(30, List.of(put(29, "k", "v").getKv())),
                new Item.State(30, List.of(put(30, "l", "w").getKv())),
                new Item.StateEnd(30),
                changes(31, put(31, "a", "2")));
    }

    private void deliverBeyond(long done) throws IOException {
        boolean gapDue = done < 30;
        for (Item item : items()) {
            boolean due = item instanceof Item.Changes changes ? changes.revision() > done : gapDue;
            if (due) {
                feed.deliver(item);
            }
        }
    }

    @Test
    void whatIsToldIsWritten() throws IOException {
        assertEquals(0, feed.open(0));
        deliverBeyond(0);
        feed.close();
        assertEquals(
                """
                {"revision":2,"type":"put","key":"a","value":"1","created":2,"version":1,"lease":0,"done":2}
                {"revision":3,"type":"put","key":"b","value":"tab\\tand \\"quotes\\",\\"done\\":9}",\
                "created":2,"version":1,"lease":0}
                {"revision":3,"type":"delete","key":"a"}
                {"revision":3,"type":"put","key":"c","value":"ü","created":2,"version":1,"lease":0,"done":3}
                {"type":"gap","after":3,"compacted":20,"state_at":30}
                {"type":"state","at":30,"revision":29,"key":"k","value":"v","created":2,"version":1,"lease":0}
                {"type":"state","at":30,"revision":30,"key":"l","value":"w","created":2,"version":1,"lease":0}
                {"type":"state_end","at":30,"done":30}
                {"revision":31,"type":"put","key":"a","value":"2","created":2,"version":1,"lease":0,"done":31}
                """,
                Files.readString(file));
    }

    @Test
    void aFileThatWasCutAnywhereGoesOnAsIfItHadNotBeen() throws IOException {
        feed.open(0);
        deliverBeyond(0);
        feed.close();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            deliverBeyond(feed.open(0));
            feed.close();
            assertEquals(new String(whole, "UTF-8"), Files.readString(file), "cut at " + length);
        }
    }

    @Test
    void whatIsDeliveredTwiceStandsThereOnce() throws IOException {
        feed.open(0);
        feed.deliver(changes(2, put(2, "a", "1")));
        feed.deliver(changes(3, put(2, "a", "1"), put(3, "b", "2")));
        assertEquals(3, feed.open(1));
        feed.close();
        try (Stream<String> lines = Files.lines(file)) {
            assertEquals(2, lines.count());
        }
    }

    @Test
    void whatIsNoTextIsWrittenInBase64() throws IOException {
        feed.open(0);
        Event bytes = Event.newBuilder()
                .setKv(KeyValue.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[] {(byte) 0xff, 0}))
                        .setValue(ByteString.copyFromUtf8("\u0001"))
                        .setModRevision(2))
                .build();
        feed.deliver(changes(2, bytes));
        feed.close();
        assertEquals(
                """
                {"revision":2,"type":"put","key64":"/wA=","value":"\\u0001","created":0,"version":0,"lease":0,"done":2}
                """,
                Files.readString(file));
    }

    @Test
    void aLongLineIsFoundFromItsEnd() throws IOException {
        feed.open(0);
        feed.deliver(changes(2, put(2, "a", "1")));
        feed.deliver(changes(3, put(3, "a", "x".repeat(200_000)), put(3, "b", "y".repeat(200_000))));
        feed.close();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 150_000));
        assertEquals(2, feed.open(0));
        feed.close();
        assertEquals(1, Files.readAllLines(file).size());
    }
}
