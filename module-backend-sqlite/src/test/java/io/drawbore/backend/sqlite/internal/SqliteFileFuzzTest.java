package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** A store's file in which bytes were changed or cut off opens and reads, or is refused with the file's name. */
class SqliteFileFuzzTest {
    private static final int TRUNCATE = 0;

    @TempDir
    Path work;

    private byte[] whole = {};

    /** After a 0 edits of four bytes: where (three), what; a zero at a page's start cuts there. Else a whole file. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[] {0},
                new byte[] {0, 0, 0, 0, 1},
                new byte[] {0, 0, 0, 18, 2, 0, 0, 100, 5},
                new byte[] {0, 0, 0x30, 0, 13, 0, 0x40, 8, 1},
                new byte[] {0, 0, 0x20, 0, TRUNCATE},
                new byte[81],
                new byte[] {1, 'S', 'Q', 'L', 'i', 't', 'e', ' ', 'f', 'o', 'r', 'm', 'a', 't', ' ', '3', 0});
    }

    @MethodSource("seeds")
    @FuzzTest
    void aDamagedFileIsReadOrRefused(byte[] data) throws IOException {
        if (data.length < 1) {
            return;
        }
        Path folder = emptied(work.resolve("member"));
        Files.write(folder.resolve(SqliteBackendProvider.FILE), data[0] == 0 ? edited(data) : rest(data));
        try (Backend store = open(folder)) {
            readAll(store);
            try (WriteTx write = store.begin()) {
                long next = write.applied().index() + 1;
                write.put(Table.CLUSTER, ByteString.copyFromUtf8("c"), ByteString.EMPTY);
                write.record(List.of(new EntryDigest(next, 2, 3, 4, 5)));
                write.commit(new Applied(next, write.applied().term()));
            }
        } catch (StorageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains(SqliteBackendProvider.FILE), refused.toString());
        }
    }

    private static void readAll(Backend store) {
        try (ReadTx view = store.read()) {
            view.scan(new Revision(0, 0), Revision.END, 100, ReadTx.Content.VALUES);
            view.row(new Revision(2, 0));
            for (Table table : Table.values()) {
                view.all(table);
            }
            for (Counter counter : Counter.values()) {
                view.counter(counter);
            }
            view.digest();
            view.digests(0);
        }
    }

    private byte[] edited(byte[] data) throws IOException {
        byte[] file = wholeFile().clone();
        ByteBuffer edits = ByteBuffer.wrap(data, 1, data.length - 1);
        while (edits.remaining() >= 4 && file.length > 0) {
            int edit = edits.getInt();
            int where = (edit >>> 8) % file.length;
            if (where % Layout.PAGE_BYTES == 0 && (edit & 0xff) == TRUNCATE) {
                file = Arrays.copyOf(file, where);
            } else {
                file[where] = (byte) edit;
            }
        }
        return file;
    }

    private static byte[] rest(byte[] data) {
        return Arrays.copyOfRange(data, 1, data.length);
    }

    private byte[] wholeFile() throws IOException {
        if (whole.length == 0) {
            Path folder = emptied(work.resolve("whole"));
            try (Backend store = open(folder); WriteTx write = store.begin()) {
                for (long main = 2; main < 40; main++) {
                    ByteString key = ByteString.copyFromUtf8("key" + main);
                    write.put(KeyRow.put(new Revision(main, 0), key, main, 1, 0, key));
                }
                write.put(Table.MEMBER, ByteString.copyFromUtf8("m"), ByteString.copyFromUtf8("{}"));
                write.record(List.of(new EntryDigest(1, 2, 3, 4, 5)));
                write.commit(new Applied(1, 1));
            }
            whole = Files.readAllBytes(folder.resolve(SqliteBackendProvider.FILE));
        }
        return whole;
    }

    private static Backend open(Path folder) {
        return new SqliteBackendProvider(new Checkpointer.Pace(1 << 20, 4 << 20))
                .open(new BackendProvider.Options(folder, 2));
    }

    private static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(folder);
    }
}
