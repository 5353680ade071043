package io.drawbore.testkit.history;

import static io.drawbore.testkit.history.Story.created;
import static io.drawbore.testkit.history.Story.events;
import static io.drawbore.testkit.history.Story.everything;
import static io.drawbore.testkit.history.Story.kv;
import static io.drawbore.testkit.history.Story.put;
import static io.drawbore.testkit.history.Story.putEvent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    @TempDir
    Path folder;

    @Test
    void aHistoryIsReadAsItWasWritten() throws IOException {
        ByteString strange = ByteString.copyFrom(new byte[] {0, 9, 10, 13, '"', '\\', (byte) 0xff});
        History written = new Story()
                .put(1, 1, 2, "a", "1", 2)
                .lost(2, 3, put("b", "").toBuilder().setKey(strange).build())
                .refused(3, 4, 5, put("c", "ä"), EtcdError.NO_SPACE)
                .watch(6, everything(0), created(2))
                .resume(0, 7, everything(2), created(2), events(2, putEvent(kv("a", "1", 2, 2, 1))))
                .history();
        Path file = folder.resolve("history");
        HistoryFile.write(written, file);
        assertEquals(written, HistoryFile.read(file));
    }

    @Test
    void aStrangeLineIsNamed() throws IOException {
        Path file = folder.resolve("history");
        Files.write(file, List.of("drawbore history 1", "operation\t0\t1\t2\tPutRequest key: \"a\"\tperhaps"));
        IOException refused = assertThrows(IOException.class, () -> HistoryFile.read(file));
        assertTrue(refused.getMessage().contains("line 2: no such outcome: perhaps"), refused::getMessage);
    }
}
