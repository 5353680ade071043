package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.StorageException;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberServerTest {
    @TempDir
    private Path folder;

    private final MemoryBackendProvider backends = new MemoryBackendProvider();

    private TestMember start() {
        return TestMember.start(TestMember.options(folder), new DiskVfs(), backends);
    }

    @Test
    void answersCarryWhoAnswersAndWhere() {
        try (TestMember member = start()) {
            PutResponse put = member.put("a", "1");
            assertEquals(2, put.getHeader().getRevision());
            assertEquals(member.server.identity().memberId(), put.getHeader().getMemberId());
            assertEquals(member.server.identity().clusterId(), put.getHeader().getClusterId());
            assertEquals(2, put.getHeader().getRaftTerm());
            assertEquals("1", member.value("a"));
        }
    }

    /** Whoever asks, through a transport or without one. */
    @Test
    void aRequestThatIsNotWorthAProposalIsRefusedAndNothingIsWritten() {
        RequestOp put = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")))
                .build();
        try (TestMember member = TestMember.start(
                TestMember.founding("one", folder).tick(Duration.ofMillis(10)).maxTxnOps(2).build(),
                new DiskVfs(),
                backends)) {
            FrontDoor door = member.server;
            assertRefused(EtcdError.EMPTY_KEY, door.put(PutRequest.getDefaultInstance(), Caller.SELF));
            assertRefused(EtcdError.EMPTY_KEY, door.range(RangeRequest.getDefaultInstance(), Caller.SELF));
            assertRefused(EtcdError.EMPTY_KEY, door.deleteRange(DeleteRangeRequest.getDefaultInstance(), Caller.SELF));
            assertRefused(
                    EtcdError.DUPLICATE_KEY,
                    door.txn(TxnRequest.newBuilder().addSuccess(put).addSuccess(put).build(), Caller.SELF));
            assertRefused(
                    EtcdError.TOO_MANY_OPS,
                    door.txn(TxnRequest.newBuilder().addAllFailure(List.of(put, put, put)).build(), Caller.SELF));
            assertRefused(
                    EtcdError.EMPTY_KEY,
                    door.rangeStream(
                            RangeRequest.getDefaultInstance(),
                            _ -> CompletableFuture.completedFuture(null),
                            Caller.SELF));
            assertEquals(1, member.get("a").getHeader().getRevision());
        }
    }

    private static void assertRefused(EtcdError error, CompletableFuture<?> answer) {
        CompletionException failed = assertThrows(CompletionException.class, answer::join);
        assertEquals(error.text(), ((EtcdException) failed.getCause()).text());
    }

    @Test
    void aMemberMakesItselfAndTheClusterVersionKnown() {
        try (TestMember member = start()) {
            MemberListResponse list = TestMember.await(member.server.memberList(
                    MemberListRequest.newBuilder().setLinearizable(true).build(), Caller.SELF));
            assertEquals("one", list.getMembers(0).getName());
            assertEquals(List.of("http://localhost:2379"), list.getMembers(0).getClientURLsList());
            assertEquals(0, list.getHeader().getRevision());
            assertEquals(EtcdVersion.NEWEST.minor().toString(), member.server.versions().cluster());

            StatusResponse status = TestMember.await(member.server.status(Caller.SELF));
            assertEquals(member.server.identity().memberId(), status.getLeader());
            assertEquals(status.getRaftIndex(), status.getRaftAppliedIndex());
            assertTrue(status.getErrorsList().isEmpty());
            assertEquals(2_147_483_648L, status.getDbSizeQuota());
            assertTrue(status.hasDowngradeInfo());
            assertEquals("3.7.0", status.getStorageVersion());
            assertEquals("3.7.0", member.server.versions().storage());
        }
    }

    @Test
    void allThatWasAcknowledgedIsThereAfterARestart() {
        int hash;
        try (TestMember member = start()) {
            for (int i = 0; i < 300; i++) {
                member.put("k" + i % 10, "v" + i);
            }
            member.delete("k3");
            hash = hash(member);
        }
        try (TestMember again = start()) {
            assertEquals(302, again.get("k0").getHeader().getRevision());
            assertEquals("v299", again.value("k9"));
            assertEquals(0, again.get("k3").getCount());
            assertEquals(hash, hash(again));
            again.put("k0", "after");
            assertEquals("after", again.value("k0"));
        }
    }

    private static int hash(TestMember member) {
        return TestMember.await(member.server.hashKv(HashKVRequest.getDefaultInstance(), Caller.SELF))
                .getHash();
    }

    @Test
    void aStoreThatLostItsNewestTransactionsIsCaughtUpFromTheLog() {
        FaultVfs disk = new FaultVfs();
        int hash;
        try (TestMember member = TestMember.start(TestMember.options(folder), disk, backends)) {
            for (int i = 0; i < 20; i++) {
                member.put("k" + i, "v");
            }
            hash = hash(member);
        }
        // another store that has applied nothing, beside the same log
        try (TestMember again =
                TestMember.start(TestMember.options(folder), disk, new MemoryBackendProvider())) {
            assertEquals(hash, hash(again));
        }
    }

    @Test
    void aStoreWithoutItsLogIsRefused() {
        FaultVfs disk = new FaultVfs();
        try (TestMember member = TestMember.start(TestMember.options(folder), disk, backends)) {
            member.put("a", "1");
        }
        StorageException refused = assertThrows(
                StorageException.class, () -> TestMember.open(TestMember.options(folder), new FaultVfs(), backends));
        assertTrue(refused.getMessage().contains("holds no log"), refused.getMessage());
    }

    @Test
    void aSecondMemberOnTheSameDataDirIsRefused() {
        try (TestMember member = start()) {
            StorageException refused = assertThrows(
                    StorageException.class,
                    () -> TestMember.open(TestMember.options(folder), new DiskVfs(), backends));
            assertTrue(refused.getMessage().contains("in use by another process"), refused.getMessage());
            member.put("a", "still works");
        }
    }

    @Test
    void anEtcdsDataDirIsRefusedAndLeftAlone() throws IOException {
        Path db = folder.resolve("member").resolve("snap").resolve("db");
        Files.createDirectories(db.getParent());
        Files.writeString(db, "bolt");
        StorageException refused =
                assertThrows(StorageException.class, () -> TestMember.open(TestMember.options(folder), new DiskVfs(),
                        backends));
        assertTrue(refused.getMessage().contains("holds the data of an etcd"), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("member").resolve("wal")));
    }

    @Test
    void aRequestThatIsTooLargeIsRefused() {
        try (TestMember member = start()) {
            EtcdException refused =
                    assertThrows(EtcdException.class, () -> member.put("a", "x".repeat(2 << 20)));
            assertEquals(EtcdError.REQUEST_TOO_LARGE.text(), refused.text());
        }
    }

    @Test
    void aClosedMemberAnswersThatItStopped() {
        TestMember member = start();
        member.close();
        EtcdException refused = assertThrows(EtcdException.class, () -> member.put("a", "1"));
        assertEquals(EtcdError.STOPPED.text(), refused.text());
    }

    @Test
    void aFailedSyncStopsTheMemberAndAcknowledgesNothing() {
        FaultVfs disk = new FaultVfs();
        TestMember member = TestMember.start(TestMember.options(folder), disk, backends);
        member.put("a", "1");
        disk.files().forEach(disk::failSyncsOf);
        EtcdException refused = assertThrows(EtcdException.class, () -> member.put("a", "2"));
        assertEquals(EtcdError.STOPPED.text(), refused.text());
        Throwable reason = TestMember.await(member.server.failed());
        assertTrue(reason instanceof StorageException, () -> "not the disk's failure: " + reason);
    }

    @Test
    void manyWritersGetOneRevisionEach() {
        try (TestMember member = start()) {
            List<CompletableFuture<PutResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                answers.add(member.server.put(TestMember.putRequest("k" + i % 50, "v" + i), Caller.SELF));
            }
            List<Long> revisions = answers.stream()
                    .map(answer -> TestMember.await(answer).getHeader().getRevision())
                    .toList();
            assertEquals(2_000, revisions.stream().distinct().count());
            assertEquals(2_001, member.get("k0").getHeader().getRevision());
        }
    }

    @Test
    void aWatchSeesHistoryAndThenWhatHappens() throws InterruptedException {
        try (TestMember member = start()) {
            member.put("a", "1");
            member.put("b", "other");
            member.delete("a");
            RecordingSink sink = new RecordingSink();
            try (WatchStream stream = member.server.watch(sink, Caller.SELF)) {
                stream.accept(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("a"))
                                .setStartRevision(2)
                                .setPrevKv(true))
                        .build());
                assertTrue(sink.next().getCreated());
                WatchResponse history = sink.next();
                assertEquals(List.of(2L, 4L),
                        history.getEventsList().stream().map(e -> e.getKv().getModRevision()).toList());
                assertEquals("1", history.getEvents(1).getPrevKv().getValue().toStringUtf8());

                member.put("a", "2");
                WatchResponse live = sink.next();
                assertEquals(5, live.getEvents(0).getKv().getModRevision());
                assertEquals(5, live.getHeader().getRevision());
            }
        }
    }

    @Test
    void theLogIsReleasedUpToWhatTheStoreHoldsDurably() {
        try (TestMember member = start()) {
            for (int i = 0; i < 500; i++) {
                member.put("k" + i, "v");
            }
        }
        try (TestMember again = start()) {
            assertEquals(501, again.get("k0").getHeader().getRevision());
        }
    }
}
