package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.EtcdException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class HistoryHashTest {
    private final Store store = new Store();

    /** The bytes are written out by hand from the description of etcd's format, not made by the code under test. */
    @Test
    void hashesRevisionAndValueOfEveryChangeAfterTheSeed() {
        store.apply(put("a", "1"));
        store.apply(delete("a"));

        String seed = "6b6579";
        String first = "0000000000000002" + "5f" + "0000000000000000" + "0a0161" + "1002" + "1802" + "2001" + "2a0131";
        String second = "0000000000000003" + "5f" + "0000000000000000" + "74" + "0a0161";
        assertEquals(crc(seed + first + second), store.keyspace.hash(0).getHash());
        assertEquals(crc(seed + first), store.keyspace.hash(2).getHash());
        assertEquals(crc(seed), store.keyspace.hash(1).getHash());
        assertEquals(crc(seed), store.keyspace.hash(-1).getHash());
        assertEquals(-1, store.keyspace.hash(-1).getHashRevision());
    }

    private static int crc(String hex) {
        CRC32C crc = new CRC32C();
        crc.update(HexFormat.of().parseHex(hex));
        return (int) crc.getValue();
    }

    @Test
    void saysUpToWhereItHashedAndThatNothingWasCompacted() {
        store.apply(put("a", "1"));
        assertEquals(2, store.keyspace.hash(0).getHashRevision());
        assertEquals(-1, store.keyspace.hash(0).getCompactRevision());
        assertNotEquals(store.keyspace.hash(0).getHash(), store.keyspace.hash(1).getHash());
    }

    /** Before and after the removal of what a compaction gave up. */
    @Test
    void ofAHistoryInNoStoreItIsTheSame() {
        for (int i = 0; i < 12; i++) {
            store.apply(put("k" + i % 5, "value " + i));
        }
        store.apply(delete("k3"));
        assertSameElsewhere(0, 2, 9, -1);
        store.compact(8);
        assertSameElsewhere(0, 8, 11, -1);
        store.slice(1_000);
        assertSameElsewhere(0, 8, 11, -1);
        assertThrows(EtcdException.class, () -> ForeignHistory.hash(store.rows()::forEach, 7, 8));
        assertThrows(EtcdException.class, () -> ForeignHistory.hash(store.rows()::forEach, 15, 8));
        assertEquals(5, ForeignHistory.hash(_ -> {}, 0, 5).getHashRevision());
    }

    private void assertSameElsewhere(long... revisions) {
        for (long revision : revisions) {
            assertEquals(
                    store.keyspace.hash(revision),
                    ForeignHistory.hash(store.rows()::forEach, revision, store.keyspace.compactRevision()));
        }
    }
}
