package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ResponseSink;
import io.drawbore.bbolt.BoltBucket;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.BoltFile;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    @TempDir
    private Path folder;

    private TestMember start() {
        return TestMember.start(
                TestMember.options(folder.resolve("data")), new DiskVfs(), new MemoryBackendProvider());
    }

    /** Takes all at once. */
    private static final class Received implements ResponseSink<SnapshotResponse> {
        private final List<SnapshotResponse> messages = new ArrayList<>();

        @Override
        public CompletionStage<Void> send(SnapshotResponse response) {
            messages.add(response);
            return CompletableFuture.completedFuture(null);
        }

        byte[] file() {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            messages.subList(0, messages.size() - 1)
                    .forEach(message -> file.writeBytes(message.getBlob().toByteArray()));
            return file.toByteArray();
        }
    }

    /** Holds each message up until the test lets it go. */
    private static final class Slow implements ResponseSink<SnapshotResponse> {
        private final BlockingQueue<CompletableFuture<Void>> held = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Void> send(SnapshotResponse response) {
            CompletableFuture<Void> passedOn = new CompletableFuture<>();
            held.add(passedOn);
            return passedOn;
        }
    }

    private BoltFile received(TestMember member) throws Exception {
        Received received = new Received();
        TestMember.await(member.server.snapshot(received, Caller.SELF));
        Path file = Files.write(folder.resolve("snapshot.db"), received.file());
        return BoltFile.open(new DiskVfs(), file);
    }

    private static BoltBucket bucket(BoltFile file, EtcdBucket bucket) {
        BoltBucket found = file.bucket(bucket.nameBytes());
        assertNotNull(found, bucket.bucketName());
        return found;
    }

    private static List<byte[]> keys(BoltBucket bucket) {
        List<byte[]> keys = new ArrayList<>();
        BoltCursor cursor = bucket.cursor();
        while (cursor.next()) {
            keys.add(cursor.key());
        }
        return keys;
    }

    private boolean nothingIsLeft() throws Exception {
        try (Stream<Path> left = Files.list(folder.resolve("data/member/outgoing"))) {
            return left.findAny().isEmpty();
        }
    }

    @Test
    void theFileComesInChunksAndItsHashBehindIt() throws Exception {
        try (TestMember member = start()) {
            for (int i = 0; i < 50; i++) {
                member.put("k" + i, "x".repeat(3_000));
            }
            Received received = new Received();
            TestMember.await(member.server.snapshot(received, Caller.SELF));
            byte[] file = received.file();
            assertEquals(0, file.length % 4_096);
            int at = 0;
            for (SnapshotResponse chunk : received.messages.subList(0, received.messages.size() - 1)) {
                assertEquals(Math.min(32_768, file.length - at), chunk.getBlob().size());
                at += chunk.getBlob().size();
                assertEquals(file.length - at, chunk.getRemainingBytes());
                assertEquals("3.7.0", chunk.getVersion());
                assertFalse(chunk.hasHeader());
            }
            SnapshotResponse last = received.messages.getLast();
            assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(file), last.getBlob().toByteArray());
            assertEquals(0, last.getRemainingBytes());
            assertEquals("3.7.0", last.getVersion());
            assertTrue(nothingIsLeft());
        }
    }

    @Test
    void theFileHoldsWhatTheStoreHolds() throws Exception {
        try (TestMember member = start()) {
            member.put("a", "1");
            member.put("a", "2");
            member.put("b", "3");
            member.delete("b");
            TestMember.await(member.server.compact(
                    CompactionRequest.newBuilder().setRevision(3).setPhysical(true).build(), Caller.SELF));
            TestMember.await(member.server.alarm(
                    AlarmRequest.newBuilder()
                            .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                            .setMemberID(7)
                            .setAlarm(AlarmType.NOSPACE)
                            .build(),
                    Caller.SELF));
            try (BoltFile file = received(member)) {
                List<RevisionKey> history =
                        keys(bucket(file, EtcdBucket.KEY)).stream().map(RevisionKey::of).toList();
                assertEquals(
                        List.of(
                                new RevisionKey(3, 0, false),
                                new RevisionKey(4, 0, false),
                                new RevisionKey(5, 0, true)),
                        history);
                byte[] value = bucket(file, EtcdBucket.KEY).get(history.getFirst().bytes());
                assertNotNull(value);
                assertEquals("2", KeyValue.parseFrom(value).getValue().toStringUtf8());
                assertEquals(2, KeyValue.parseFrom(value).getVersion());
                assertEquals(1, keys(bucket(file, EtcdBucket.ALARM)).size());
                assertArrayEquals(
                        EtcdSchema.memberKey(member.server.identity().memberId()),
                        keys(bucket(file, EtcdBucket.MEMBERS)).getFirst());
                assertEquals("3.7.0", text(file, EtcdBucket.CLUSTER, EtcdSchema.CLUSTER_VERSION));
                assertEquals("3.7.0", text(file, EtcdBucket.META, EtcdSchema.STORAGE_VERSION));
                for (String mark : List.of(EtcdSchema.SCHEDULED_COMPACT, EtcdSchema.FINISHED_COMPACT)) {
                    byte[] revision = bucket(file, EtcdBucket.META).get(EtcdSchema.bytes(mark));
                    assertNotNull(revision);
                    assertEquals(new RevisionKey(3, 0, false), RevisionKey.of(revision));
                }
                assertEquals(1, keys(bucket(file, EtcdBucket.AUTH)).size());
                byte[] authRevision = bucket(file, EtcdBucket.AUTH).get(EtcdSchema.bytes(EtcdSchema.AUTH_REVISION));
                assertArrayEquals(EtcdSchema.number(1), authRevision);
                for (EtcdBucket empty : List.of(EtcdBucket.AUTH_ROLES, EtcdBucket.AUTH_USERS)) {
                    assertEquals(List.of(), keys(bucket(file, empty)));
                }
            }
        }
    }

    private static String text(BoltFile file, EtcdBucket bucket, String key) {
        byte[] value = bucket(file, bucket).get(EtcdSchema.bytes(key));
        assertNotNull(value, key);
        return new String(value, StandardCharsets.UTF_8);
    }

    @Test
    void slowClientsHoldUpNoWriterAndOnlySoManyWait() throws Exception {
        try (TestMember member = start()) {
            List<Slow> clients = new ArrayList<>();
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(new Slow());
                sent.add(member.server.snapshot(clients.getLast(), Caller.SELF));
            }
            clients.get(0).held.take();
            clients.get(1).held.take();
            assertTrue(clients.get(2).held.isEmpty(), "a third file waits for room");
            EtcdException refusal = assertThrows(
                    EtcdException.class,
                    () -> TestMember.await(member.server.snapshot(new Received(), Caller.SELF)));
            assertEquals(EtcdError.REQUEST_TOO_MANY_REQUESTS.text(), refusal.text());
            member.put("a", "while they are slow");
            member.close();
            for (CompletableFuture<Void> one : sent) {
                assertThrows(EtcdException.class, () -> TestMember.await(one));
            }
            assertTrue(nothingIsLeft());
        }
    }

    @Test
    void aClientThatGoesLeavesNothingBehind() throws Exception {
        try (TestMember member = start()) {
            Slow client = new Slow();
            CompletableFuture<Void> sent = member.server.snapshot(client, Caller.SELF);
            client.held.take().completeExceptionally(EtcdError.CANCELED.exception());
            assertThrows(EtcdException.class, () -> TestMember.await(sent));
            assertTrue(nothingIsLeft());
        }
    }

    @Test
    void whatAnEarlierStartWasSendingIsDeleted() throws Exception {
        Path left = Files.createDirectories(folder.resolve("data/member/outgoing")).resolve("1.db.tmp");
        Files.writeString(left, "half a snapshot");
        try (TestMember member = start()) {
            assertFalse(Files.exists(left));
            member.put("a", "1");
        }
    }
}
