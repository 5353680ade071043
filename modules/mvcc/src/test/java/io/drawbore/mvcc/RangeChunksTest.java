package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RangeChunksTest {
    private static final long LARGE = 1 << 20;

    private final Store store = new Store();

    private void fill(int keys, int valueBytes) {
        for (int i = 0; i < keys; i++) {
            store.apply(put(String.format("k%04d", i), "x".repeat(valueBytes)));
        }
    }

    private List<RangeResponse> parts(RangeRequest.Builder request, long targetBytes) {
        RangeChunks chunks = store.keyspace.chunks(request.build(), targetBytes);
        List<RangeResponse> parts = new ArrayList<>();
        for (RangeResponse part = chunks.next(); part != null; part = chunks.next()) {
            parts.add(part);
        }
        return parts;
    }

    private static List<Integer> sizes(List<RangeResponse> parts) {
        return parts.stream().map(RangeResponse::getKvsCount).toList();
    }

    private static RangeResponse merged(List<RangeResponse> parts) {
        RangeResponse.Builder all = RangeResponse.newBuilder();
        parts.forEach(all::mergeFrom);
        return all.build();
    }

    @Test
    void partsGrowWhileTheyAreSmall() {
        fill(100, 1);
        assertEquals(List.of(10, 20, 40, 30), sizes(parts(everything(), LARGE)));
    }

    @Test
    void partsKeepTheirSizeNearTheTargetAndShrinkAboveTwiceOfIt() {
        fill(40, 100);
        assertEquals(List.of(10, 10, 10, 10), sizes(parts(everything(), 1_500)));
        List<Integer> shrinking = sizes(parts(everything(), 400));
        assertEquals(List.of(10, 5, 5), shrinking.subList(0, 3));
        assertEquals(1, sizes(parts(everything(), 1)).getLast());
    }

    @Test
    void aPartEndsWhereItsValuesAreLargerThanThoseBefore() {
        fill(400, 1);
        for (int i = 400; i < 600; i++) {
            store.apply(put("k0" + i, "x".repeat(1_000)));
        }
        List<RangeResponse> parts = parts(everything(), 16_000);
        assertTrue(parts.stream().allMatch(part -> part.getSerializedSize() < 80_000));
        assertEquals(store.read(everything()), merged(parts));
    }

    @Test
    void onlyTheLastHasHeaderMoreAndCount() {
        fill(25, 1);
        List<RangeResponse> parts = parts(everything(), LARGE);
        assertEquals(List.of(10, 15), sizes(parts));
        assertFalse(parts.getFirst().hasHeader());
        assertEquals(0, parts.getFirst().getCount());
        assertEquals(26, parts.getLast().getHeader().getRevision());
        assertEquals(25, parts.getLast().getCount());
        assertFalse(parts.getLast().getMore());
    }

    @Test
    void mergedTheyAreTheAnswerToARange() {
        fill(70, 1);
        store.apply(delete("k0005"));
        for (RangeRequest.Builder request : List.of(
                everything(),
                everything().setLimit(7),
                everything().setLimit(10),
                everything().setLimit(30),
                everything().setLimit(69),
                everything().setLimit(-1),
                everything().setKeysOnly(true),
                everything().setCountOnly(true),
                everything().setRevision(40),
                everything().setRevision(40).setLimit(12),
                range("k0003"),
                range("none"),
                range("k0003").setRangeEnd(bytes("k0033")).setLimit(15),
                range("b").setRangeEnd(bytes("a")))) {
            assertEquals(store.read(request), merged(parts(request, LARGE)), () -> "merged parts of " + request);
        }
    }

    @Test
    void aCountIsASingleMessage() {
        fill(30, 1);
        List<RangeResponse> parts = parts(everything().setCountOnly(true), LARGE);
        assertEquals(List.of(0), sizes(parts));
        assertEquals(30, parts.getFirst().getCount());
    }

    @Test
    void allPartsAreOfTheRevisionOfTheFirst() {
        fill(30, 1);
        RangeResponse before = store.read(everything().setLimit(25));
        RangeChunks chunks = store.keyspace.chunks(everything().setLimit(25).build(), LARGE);
        List<RangeResponse> parts = new ArrayList<>(List.of(next(chunks)));
        store.apply(put("k0015", "later"));
        store.apply(delete("k0020"));
        store.apply(put("k0025x", "new"));
        parts.add(next(chunks));
        assertEquals(before, merged(parts));
        assertNull(chunks.next());
    }

    private static RangeResponse next(RangeChunks chunks) {
        RangeResponse part = chunks.next();
        if (part == null) {
            throw new AssertionError("no part left");
        }
        return part;
    }

    @Test
    void compactionBetweenPartsEndsThem() {
        fill(30, 1);
        RangeChunks chunks = store.keyspace.chunks(everything().build(), LARGE);
        next(chunks);
        store.apply(put("k0015", "later"));
        store.compactAndRemove(32);
        refused(EtcdError.COMPACTED.text(), chunks::next);
    }

    @Test
    void compactionUpToTheirRevisionLeavesThemBe() {
        fill(30, 1);
        RangeResponse before = store.read(everything());
        RangeChunks chunks = store.keyspace.chunks(everything().build(), LARGE);
        List<RangeResponse> parts = new ArrayList<>(List.of(next(chunks)));
        store.compactAndRemove(31);
        parts.add(next(chunks));
        assertEquals(before, merged(parts));
    }

    @Test
    void whatCannotBeGivenInPartsIsRefused() {
        String sorts = "RangeStream does not support custom sort orders";
        refused(sorts, () -> parts(everything().setSortOrder(SortOrder.DESCEND), LARGE));
        refused(sorts, () -> parts(everything().setSortTarget(SortTarget.MOD).setSortOrder(SortOrder.ASCEND), LARGE));
        refused("RangeStream does not support revision filters", () -> parts(everything().setMinModRevision(3), LARGE));
        assertEquals(
                StatusCode.UNIMPLEMENTED,
                assertThrows(EtcdException.class, () -> parts(everything().setMaxCreateRevision(3), LARGE))
                        .code());
        assertEquals(0, parts(everything().setSortOrder(SortOrder.ASCEND), LARGE).getFirst().getCount());
    }

    @Test
    void theFutureAndTheCompactedAreRefusedAtOnce() {
        fill(3, 1);
        refused(EtcdError.FUTURE_REV.text(), () -> parts(everything().setRevision(9), LARGE));
        store.compact(3);
        refused(EtcdError.COMPACTED.text(), () -> parts(everything().setRevision(2), LARGE));
    }

    private static void refused(String text, Executable request) {
        assertEquals(text, assertThrows(EtcdException.class, request).text());
    }
}
