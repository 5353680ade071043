package io.drawbore.plugins;

import static io.drawbore.plugins.GuardedMember.CLIENT;
import static io.drawbore.plugins.GuardedMember.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Auditors around a real member. */
@Timeout(120)
class AuditTest {
    private static final String FROM = " by  from 10.0.0.7:4711";

    @TempDir
    private Path folder;

    private GuardedMember guarded(GuardedMember.Recorder recorder) {
        return new GuardedMember(folder, List.of(), List.of(recorder));
    }

    @Test
    void everyRequestIsRecordedWithItsOutcome() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            long revision = guarded.put("k", "v");
            OneMember.await(guarded.door.rangeStream(
                    OneMember.rangeRequest("k"), _ -> CompletableFuture.completedFuture(null), CLIENT));
            OneMember.await(guarded.door.leaseKeepAlive(LeaseKeepAliveRequest.newBuilder().setID(7).build(), CLIENT));
            OneMember.await(guarded.door.defragment(CLIENT));
            refusal(guarded.door.range(
                    OneMember.rangeRequest("k").toBuilder().setRevision(99).build(), CLIENT));
            guarded.member.put("k", "by the member itself");
            assertEquals(
                    List.of(
                            "1 KV/Put" + FROM, "1 OK at " + revision,
                            "2 KV/RangeStream" + FROM, "2 OK at " + revision,
                            "3 Lease/LeaseKeepAlive" + FROM, "3 OK at " + revision,
                            "4 Maintenance/Defragment" + FROM, "4 OK at 0",
                            "5 KV/Range" + FROM,
                            "5 OUT_OF_RANGE etcdserver: mvcc: required revision is a future revision at 0"),
                    List.copyOf(recorder.records));
        }
    }

    @Test
    void aClientThatLeavesAStreamIsRecordedAsTheTransportEndsIt() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            EtcdException told = refusal(guarded.door.snapshot(
                    _ -> CompletableFuture.failedFuture(new EOFException("the client has cancelled")), CLIENT));
            assertEquals(StatusCode.CANCELLED, told.code());
            assertEquals("1 Maintenance/Snapshot" + FROM, recorder.next());
            assertEquals("1 CANCELLED context canceled at 0", recorder.next());
        }
    }

    @Test
    void whatAJudgeRefusesIsRecordedToo() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.OPEN);
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) {
                throw new EtcdException(StatusCode.PERMISSION_DENIED, "acme: no");
            }
        };
        try (GuardedMember guarded = new GuardedMember(folder, List.of(judge), List.of(recorder))) {
            refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT));
            assertEquals("1 KV/Put" + FROM, recorder.next());
            assertEquals("1 PERMISSION_DENIED acme: no at 0", recorder.next());
        }
    }

    @Test
    void itIsKnownWhoAsksAndPasswordsAreNot() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            guarded.member.enableAuthentication();
            refusal(guarded.door.auth().authenticate(login("wrong"), CLIENT));
            String token = OneMember.await(guarded.door.auth().authenticate(login("secret"), CLIENT)).getToken();
            Caller root = new Caller("10.0.0.7:4711", token, false);
            OneMember.await(guarded.door.put(OneMember.putRequest("k", "v"), root));
            Caller forged = new Caller("10.0.0.8:1", "forged.1", false);
            assertEquals(
                    EtcdError.INVALID_AUTH_TOKEN.text(),
                    refusal(guarded.door.put(OneMember.putRequest("k", "v"), forged)).text());

            String login = " Auth/Authenticate by root from 10.0.0.7:4711";
            assertEquals("1" + login, recorder.next());
            assertEquals("1 INVALID_ARGUMENT " + EtcdError.AUTH_FAILED.text() + " at 0", recorder.next());
            assertEquals("2" + login, recorder.next());
            assertTrue(recorder.next().startsWith("2 OK at "));
            assertEquals("3 KV/Put by root from 10.0.0.7:4711", recorder.next());
            assertTrue(recorder.next().startsWith("3 OK at "));
            assertEquals("4 KV/Put by  from 10.0.0.8:1", recorder.next());
            assertEquals("4 UNAUTHENTICATED " + EtcdError.INVALID_AUTH_TOKEN.text() + " at 0", recorder.next());
            assertEquals(login(""), recorder.begun.remove().request().message());
        }
    }

    private static AuthenticateRequest login(String password) {
        return AuthenticateRequest.newBuilder().setName("root").setPassword(password).build();
    }

    @Test
    void nothingIsDoneThatAClosedAuditorCouldNotRecord() {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void begin(Attempt attempt) {
                throw new IllegalStateException("disk full");
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            EtcdException refused = refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT));
            assertEquals(StatusCode.UNAVAILABLE, refused.code());
            assertEquals(
                    "drawbore: auditor \"recorder\" of plug-in \"acme\" is not available: "
                            + "threw java.lang.IllegalStateException: disk full",
                    refused.text());
            assertEquals(0, guarded.count("k"));
            assertEquals(0, recorder.records.size(), "what was not begun has no end");
        }
    }

    @Test
    void anOutcomeThatCannotBeRecordedIsToldAsSuch() {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void end(Attempt attempt, Outcome outcome) {
                throw new IllegalStateException("disk full");
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            EtcdException told = refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT));
            assertTrue(told.text().endsWith("the request may have been carried out, which could not be recorded"),
                    told::text);
            assertEquals(1, guarded.count("k"));
        }
    }

    @Test
    void aClosedAuditorHoldsTheAnswerBackUntilItHasRecordedIt() throws InterruptedException {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void end(Attempt attempt, Outcome outcome) throws Exception {
                ends.countDown();
                mayEnd.await();
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            CompletableFuture<PutResponse> put = guarded.door.put(OneMember.putRequest("k", "v"), CLIENT);
            ends.await();
            assertEquals(1, guarded.count("k"));
            assertFalse(put.isDone());
            mayEnd.countDown();
            OneMember.await(put);
        }
    }

    @Test
    void anOpenAuditorThatHangsHoldsUpNobodyAndWhatItMissesIsCounted() {
        CountDownLatch testEnds = new CountDownLatch(1);
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.OPEN) {
            @Override
            public void begin(Attempt attempt) throws Exception {
                testEnds.await();
            }

            @Override
            public void end(Attempt attempt, Outcome outcome) {}
        };
        try (GuardedMember guarded = guarded(recorder)) {
            for (int i = 0; i < 5_000; i++) {
                OneMember.await(guarded.door.range(
                        OneMember.rangeRequest("k").toBuilder().setSerializable(true).build(), CLIENT));
            }
            String counted = guarded.metrics.text().lines()
                    .filter(line -> line.startsWith("drawbore_plugin_audit_dropped_total{"))
                    .findFirst()
                    .orElseThrow();
            long dropped = Long.parseLong(counted.substring(counted.indexOf(' ') + 1));
            assertTrue(dropped >= 5_000 - 4_097 && dropped < 5_000, counted);
            testEnds.countDown();
        }
    }

    @Test
    void creationsOfWatchersAreRecordedAndEventsAreNot() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            Client client = new Client();
            WatchStream stream = guarded.door.watch(client, CLIENT);
            stream.accept(create("k", 0));
            assertTrue(client.next().getCreated());
            stream.accept(create("k", -1));
            assertTrue(client.next().getCanceled());
            guarded.member.put("k", "v");
            assertEquals(1, client.next().getEventsCount());
            stream.close();
            assertEquals("1 Watch/Watch" + FROM, recorder.next());
            assertEquals("1 OK at 1", recorder.next());
            assertEquals("2 Watch/Watch" + FROM, recorder.next());
            assertEquals("2 INVALID_ARGUMENT " + EtcdError.COMPACTED.text() + " at 1", recorder.next());
            assertEquals(0, recorder.records.size());
        }
    }

    @Test
    void aWatcherThatCannotBeRecordedIsRefusedAndTheStreamGoesOn() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void begin(Attempt attempt) throws Exception {
                if (attempt.number() == 2) {
                    throw new IllegalStateException("disk full");
                }
                super.begin(attempt);
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            Client client = new Client();
            WatchStream stream = guarded.door.watch(client, CLIENT);
            for (int i = 0; i < 3; i++) {
                stream.accept(create("k", 0));
            }
            assertEquals(0, client.next().getWatchId());
            WatchResponse refused = client.next();
            assertTrue(refused.getCreated() && refused.getCanceled());
            assertEquals(-1, refused.getWatchId());
            assertTrue(refused.getHeader().getMemberId() != 0, "with a header, which clients look at");
            assertEquals(
                    "rpc error: code = Unavailable desc = drawbore: auditor \"recorder\" of plug-in \"acme\" is not "
                            + "available: threw java.lang.IllegalStateException: disk full",
                    refused.getCancelReason());
            assertEquals(1, client.next().getWatchId());
            guarded.member.put("k", "v");
            assertEquals(1, client.next().getEventsCount());
            stream.close();
        }
    }

    /** An answer names no request: a client takes them in the order in which it asked. */
    @Test
    void aRefusedWatcherIsAnsweredWhenThoseBeforeItAreAndBeforeThoseBehindIt() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void begin(Attempt attempt) throws Exception {
                if (attempt.number() % 3 == 0 && attempt.number() % 2 == 1) {
                    throw new IllegalStateException("disk full");
                }
                super.begin(attempt);
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            Client client = new Client();
            WatchStream stream = guarded.door.watch(client, CLIENT);
            for (int i = 1; i <= 300; i++) {
                stream.accept(create("k", 0));
            }
            long created = 0;
            for (int i = 1; i <= 300; i++) {
                WatchResponse answer = client.next();
                boolean refused = i % 3 == 0 && i % 2 == 1;
                assertEquals(refused, answer.getCanceled(), "the answer to creation " + i);
                assertEquals(refused ? -1 : created++, answer.getWatchId());
            }
            stream.close();
        }
    }

    private static WatchRequest create(String key, long revision) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(OneMember.bytes(key))
                        .setStartRevision(revision))
                .build();
    }

    /** A client that reads at once. */
    private static final class Client implements WatchSink {
        private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> sent) {
            sent.forEach(response -> responses.add(response.parsed()));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void fail(EtcdException error) {
            throw error;
        }

        WatchResponse next() throws InterruptedException {
            WatchResponse response = responses.poll(60, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response came");
            }
            return response;
        }
    }
}
