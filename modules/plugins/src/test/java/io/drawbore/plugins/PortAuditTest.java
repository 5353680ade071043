package io.drawbore.plugins;

import static io.drawbore.plugins.GuardedMember.CLIENT;
import static io.drawbore.plugins.GuardedMember.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.HttpPath;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What auditors hear of requests that don't come to the front door. */
@Timeout(120)
class PortAuditTest {
    private static final String FROM = " by  from 10.0.0.7:4711";
    private static final StringValue TEXT = StringValue.of("etcd");

    @TempDir
    private Path folder;

    private GuardedMember guarded(GuardedMember.Recorder recorder) {
        return new GuardedMember(folder, List.of(), List.of(recorder));
    }

    private static CompletableFuture<StringValue> call(
            GuardedMember guarded, Supplier<CompletableFuture<StringValue>> call) {
        return guarded.host.portAudit().unary("acme.v1.Greeter/Greet", TEXT, CLIENT, call);
    }

    @Test
    void callsOfAPluginsServiceAreRecorded() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            assertEquals(TEXT, OneMember.await(call(guarded, () -> CompletableFuture.completedFuture(TEXT))));
            refusal(call(guarded, () -> CompletableFuture.failedFuture(EtcdError.NO_SPACE.exception())));
            refusal(guarded.host.portAudit().stream(
                    "acme.v1.Greeter/Count",
                    TEXT,
                    _ -> CompletableFuture.failedFuture(new EOFException("the client has cancelled")),
                    CLIENT,
                    sink -> sink.send(TEXT).toCompletableFuture()));
            assertEquals("1 acme.v1.Greeter/Greet" + FROM, recorder.next());
            assertEquals("1 OK at 0", recorder.next());
            assertEquals("2 acme.v1.Greeter/Greet" + FROM, recorder.next());
            assertEquals("2 RESOURCE_EXHAUSTED " + EtcdError.NO_SPACE.text() + " at 0", recorder.next());
            assertEquals("3 acme.v1.Greeter/Count" + FROM, recorder.next());
            assertEquals("3 CANCELLED context canceled at 0", recorder.next());
            assertEquals(TEXT, recorder.begun.remove().request().message());
        }
    }

    @Test
    void callsThatDoNotConcernAnAuditorAreMadeAndNotRecorded() {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public boolean concerns(String method) {
                return !method.startsWith("acme.");
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            assertEquals(TEXT, OneMember.await(call(guarded, () -> CompletableFuture.completedFuture(TEXT))));
            assertEquals(0, recorder.records.size());
        }
    }

    @Test
    void noCallIsMadeThatAClosedAuditorCouldNotRecord() {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void begin(Attempt attempt) {
                throw new IllegalStateException("disk full");
            }
        };
        try (GuardedMember guarded = guarded(recorder)) {
            String why = "drawbore: auditor \"recorder\" of plug-in \"acme\" is not available: "
                    + "threw java.lang.IllegalStateException: disk full";
            assertEquals(why, refusal(call(guarded, PortAuditTest::neverMade)).text());
            HttpPath.Answer answer =
                    OneMember.await(guarded.host.portAudit().path(get("/acme/a"), PortAuditTest::neverMade));
            assertEquals(503, answer.status());
            assertEquals(why + "\n", answer.body().toStringUtf8());
        }
    }

    private static <T> CompletableFuture<T> neverMade() {
        throw new AssertionError("the call was made");
    }

    private static HttpPath.Request get(String path) {
        return new HttpPath.Request("GET", path, Map.of(), Map.of(), ByteString.copyFromUtf8("body"), CLIENT);
    }

    @Test
    void whoCancelsTheAnswerEndsTheCall() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.OPEN);
        try (GuardedMember guarded = guarded(recorder)) {
            CompletableFuture<StringValue> made = new CompletableFuture<>();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<StringValue> answer = call(guarded, () -> {
                begun.countDown();
                return made;
            });
            begun.await();
            answer.cancel(false);
            assertThrows(CancellationException.class, () -> OneMember.await(made));
            assertEquals("1 acme.v1.Greeter/Greet" + FROM, recorder.next());
            assertEquals("1 CANCELLED context canceled at 0", recorder.next());

            CompletableFuture<Void> streaming = new CompletableFuture<>();
            CountDownLatch opened = new CountDownLatch(1);
            CompletableFuture<Void> stream = guarded.host.portAudit()
                    .<StringValue>stream("acme.v1.Greeter/Count", TEXT, _ -> streaming, CLIENT, _ -> {
                        opened.countDown();
                        return streaming;
                    });
            opened.await();
            stream.cancel(false);
            assertThrows(CancellationException.class, () -> OneMember.await(streaming));
        }
    }

    @Test
    void requestsToAPluginsPathAreRecorded() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            for (int status : new int[] {204, 404}) {
                HttpPath.Answer answer = HttpPath.Answer.text(status, "");
                assertSame(answer, OneMember.await(guarded.host.portAudit()
                        .path(get("/acme/a"), () -> CompletableFuture.completedFuture(answer))));
            }
            assertEquals("1 HTTP GET /acme/a" + FROM, recorder.next());
            assertEquals("1 OK at 0", recorder.next());
            assertEquals("2 HTTP GET /acme/a" + FROM, recorder.next());
            assertEquals("2 NOT_FOUND HTTP 404 at 0", recorder.next());
            assertEquals(
                    BytesValue.of(ByteString.copyFromUtf8("body")),
                    recorder.begun.remove().request().message());
        }
    }

    @Test
    void refusalsShowNoPasswordsAndHealthChecksAreNoRequests() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(recorder)) {
            EtcdException refusal = EtcdError.NO_LEADER.exception();
            AuthenticateRequest login =
                    AuthenticateRequest.newBuilder().setName("root").setPassword("secret").build();
            PortAudit audit = guarded.host.portAudit();
            audit.refused("grpc.health.v1.Health/Check", Empty.getDefaultInstance(), CLIENT, refusal);
            audit.refused("etcdserverpb.Auth/Authenticate", login, CLIENT, refusal);
            assertEquals("1 Auth/Authenticate by root from 10.0.0.7:4711", recorder.next());
            assertEquals("1 UNAVAILABLE " + EtcdError.NO_LEADER.text() + " at 0", recorder.next());
            assertEquals(
                    login.toBuilder().clearPassword().build(),
                    recorder.begun.remove().request().message());
        }
    }
}
