package org.example.drawbore.mvstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.testkit.crash.StoreContent;
import io.drawbore.testkit.crash.StoreScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is refused, or nothing that was damaged is read: never does the store say something else. */
class DamagedFileTest {
    private static final int FLIPS = 400;

    @TempDir
    Path folder;

    private byte[] whole;
    private String content;

    @BeforeEach
    void writeAStore() throws IOException {
        StoreScript script = new StoreScript(5, 80);
        try (Backend backend = open()) {
            script.play(backend, 0, ignored -> {});
            content = StoreScript.content(backend);
        }
        whole = Files.readAllBytes(file());
    }

    private Path file() {
        return folder.resolve(MvStoreProvider.FILE);
    }

    private Backend open() {
        return new MvStoreProvider().open(new BackendProvider.Options(folder, 2));
    }

    @Test
    void aFlippedBitIsNoticedOrNotRead() throws IOException {
        Random random = new Random(11);
        List<String> wrong = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            int position = random.nextInt(whole.length);
            byte[] flipped = whole.clone();
            flipped[position] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), flipped);
            try (Backend backend = open()) {
                if (!read(backend).equals(content)) {
                    wrong.add("bit flipped at " + position);
                }
            } catch (StorageException noticed) {
                assertTrue(noticed.getMessage().startsWith(file().toString()), noticed.getMessage());
                refused++;
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(refused > FLIPS / 4, "only " + refused + " were noticed");
    }

    /** All there is, and each row by itself, which goes another way through the tree. */
    private static String read(Backend backend) {
        try (ReadTx view = backend.read()) {
            for (KeyRow row : view.scan(new Revision(0, 0), Revision.END, 100_000, ReadTx.Content.VALUES)) {
                assertEquals(row, view.row(row.revision()));
            }
            return StoreContent.digest(view);
        }
    }

    /** MVStore alone would open the one before it, which has less in it. */
    @Test
    void aStoreWhoseNewestCommitIsDamagedIsRefused() throws IOException {
        Matcher newest = Pattern.compile("block:([0-9a-f]+)").matcher(new String(whole, 0, 4_096, ISO_8859_1));
        assertTrue(newest.find());
        whole[Integer.parseInt(newest.group(1), 16) * 4_096 + 2] ^= 1;
        Files.write(file(), whole);
        StorageException refused = assertThrows(StorageException.class, this::open);
        assertTrue(refused.getMessage().contains("the newest commit"), refused.getMessage());
    }

    @Test
    void aFileThatWasCutOffIsRefused() throws IOException {
        Files.write(file(), java.util.Arrays.copyOf(whole, 4_000));
        StorageException refused = assertThrows(StorageException.class, this::open);
        assertTrue(refused.getMessage().startsWith(file().toString()), refused.getMessage());
    }

    @Test
    void anotherProgramsFileIsRefused() throws IOException {
        Files.writeString(file(), "SQLite format 3\0".repeat(1_000));
        assertThrows(StorageException.class, this::open);
    }
}
