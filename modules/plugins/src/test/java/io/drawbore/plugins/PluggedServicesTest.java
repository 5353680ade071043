package io.drawbore.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.metrics.Metrics;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Methods and paths that may wait, behind their plug-in's fence. */
@Timeout(120)
class PluggedServicesTest {
    private static final StringValue TEXT = StringValue.of("etcd");

    private final HandWorkers workers = new HandWorkers();
    private final Metrics metrics = new Metrics();
    private final Fence fence = new Fence("acme", null, new Fence.Surroundings(workers, Runnable::run, metrics));
    private final PluggedServices plugged = new PluggedServices(fence);
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void close() {
        over.countDown();
        fence.close();
        plugged.close();
    }

    @Test
    void aMethodRunsOnAThreadOfThePluginsOwn() {
        StringValue answer = call(request ->
                StringValue.of(request.getValue() + " of " + Fence.pluginOf(Thread.currentThread()))).join();
        assertEquals("etcd of acme", answer.getValue());
    }

    @Test
    void anErrorOfEtcdsIsTheClientsAnswer() {
        assertRefused(StatusCode.RESOURCE_EXHAUSTED, EtcdError.NO_SPACE.text(), call(_ -> {
            throw EtcdError.NO_SPACE.exception();
        }));
        CompletableFuture<StringValue> door = CompletableFuture.failedFuture(EtcdError.PERMISSION_DENIED.exception());
        assertRefused(StatusCode.PERMISSION_DENIED, EtcdError.PERMISSION_DENIED.text(), call(_ -> door.join()));
        assertRefused(StatusCode.PERMISSION_DENIED, EtcdError.PERMISSION_DENIED.text(), call(_ -> door.get()));
        assertEquals(0, failures("gRPC"));
    }

    @Test
    void anythingElseNamesThePluginAndIsCounted() {
        assertRefused(StatusCode.INTERNAL, "drawbore: gRPC of plug-in \"acme\" failed", call(_ -> {
            throw new IllegalStateException("secret");
        }));
        assertRefused(StatusCode.INTERNAL, "drawbore: gRPC of plug-in \"acme\" failed", call(_ -> nothing()));
        assertEquals(2, failures("gRPC"));
    }

    @Test
    void aResponseThatCannotBeWrittenFailsOnThePluginsThread() {
        Message broken = (Message) Proxy.newProxyInstance(
                Message.class.getClassLoader(), new Class<?>[] {Message.class}, (_, _, _) -> {
                    throw new NoSuchMethodError("of another version");
                });
        assertRefused(StatusCode.INTERNAL, "drawbore: gRPC of plug-in \"acme\" failed", call(_ -> broken));
        assertEquals(1, failures("gRPC"));
    }

    @SuppressWarnings("NullAway") // what a plug-in may do
    private static StringValue nothing() {
        return null;
    }

    @Test
    void oneCallTooManyIsRefused() throws Exception {
        CountDownLatch begun = new CountDownLatch(Limits.GRPC.calls());
        List<CompletableFuture<StringValue>> calls = new ArrayList<>();
        for (int i = 0; i < Limits.GRPC.calls(); i++) {
            calls.add(call(request -> {
                begun.countDown();
                over.await();
                return request;
            }));
        }
        begun.await();
        assertRefused(StatusCode.RESOURCE_EXHAUSTED,
                "drawbore: gRPC of plug-in \"acme\" is not available: 256 calls are under way",
                call(request -> request));
        assertEquals("paths have room of their own", answer(_ ->
                HttpPath.Answer.text(200, "paths have room of their own")).body().toStringUtf8());
        over.countDown();
        for (CompletableFuture<StringValue> call : calls) {
            assertEquals(TEXT, call.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoCancelsAnAnswerEndsTheCall() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        CompletableFuture<StringValue> unary = call(request -> {
            hang(begun, interrupted);
            return request;
        });
        CompletableFuture<Void> stream = plugged.call(new Counting() {
            @Override
            public void call(StringValue request, ResponseSink<StringValue> responses, Caller caller) throws Exception {
                hang(begun, interrupted);
            }
        }, TEXT, response -> CompletableFuture.completedFuture(null), Caller.SELF);
        begun.await();
        unary.cancel(false);
        stream.cancel(false);
        interrupted.await();
        assertEquals(0, failures("gRPC"));
    }

    private void hang(CountDownLatch begun, CountDownLatch interrupted) throws InterruptedException {
        begun.countDown();
        try {
            over.await();
        } catch (InterruptedException ended) {
            interrupted.countDown();
            throw ended;
        }
    }

    @Test
    void responsesAreSentOneAfterTheOther() throws Exception {
        List<StringValue> sent = new ArrayList<>();
        plugged.call(new Counting(), TEXT, response -> {
            sent.add(response);
            return CompletableFuture.runAsync(() -> {});
        }, Caller.SELF).get(60, TimeUnit.SECONDS);
        assertEquals(List.of(StringValue.of("1"), StringValue.of("2"), StringValue.of("3")), sent);
    }

    @Test
    void whatHangsOnAResponseTakesNoThreadOfTheHosts() throws Exception {
        CompletableFuture<Void> passedOn = new CompletableFuture<>();
        CompletableFuture<String> told = new CompletableFuture<>();
        CountDownLatch sending = new CountDownLatch(1);
        CompletableFuture<Void> call = plugged.call(new Counting() {
            @Override
            public void call(StringValue request, ResponseSink<StringValue> responses, Caller caller) {
                var _ = responses.send(request).thenRun(() -> told.complete(Thread.currentThread().getName()));
                sending.countDown();
            }
        }, TEXT, response -> passedOn, Caller.SELF);
        call.get(60, TimeUnit.SECONDS);
        sending.await();
        passedOn.complete(null);
        assertTrue(told.get(60, TimeUnit.SECONDS).startsWith("plugin-acme-"), told::join);
    }

    /** Counts to three. */
    private static class Counting implements GrpcService.ServerStreaming<StringValue, StringValue> {
        @Override
        public String name() {
            return "Count";
        }

        @Override
        public StringValue emptyRequest() {
            return StringValue.getDefaultInstance();
        }

        @Override
        public void call(StringValue request, ResponseSink<StringValue> responses, Caller caller) throws Exception {
            for (int i = 1; i <= 3; i++) {
                responses.send(StringValue.of("" + i)).toCompletableFuture().get();
            }
        }
    }

    @Test
    void aPathThatFailsNamesThePlugin() {
        assertEquals("500 plug-in acme failed\n", text(answer(_ -> {
            throw new IllegalStateException("secret");
        })));
        assertEquals("500 plug-in acme failed\n", text(answer(_ -> {
            throw EtcdError.NO_SPACE.exception();
        })));
        assertEquals(2, failures("HTTP"));
    }

    @Test
    void aPathHasThirtySeconds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<HttpPath.Answer> answer = plugged.answer(path(_ -> {
            hang(begun, interrupted);
            return HttpPath.Answer.text(200, "late");
        }), request());
        begun.await();
        workers.pass(Duration.ofSeconds(30));
        assertEquals("504 plug-in acme gave no answer in time\n", text(answer.join()));
        interrupted.await();
    }

    @Test
    void nothingIsAnsweredByAPluginThatIsStopped() {
        fence.close();
        plugged.close();
        assertRefused(EtcdError.STOPPED.code(), EtcdError.STOPPED.text(), call(request -> request));
    }

    private static String text(HttpPath.Answer answer) {
        return answer.status() + " " + answer.body().toStringUtf8();
    }

    /** What a test does in a call. */
    private interface Work<Q, R> {
        R of(Q request) throws Exception;
    }

    private <R extends Message> CompletableFuture<R> call(Work<StringValue, R> work) {
        return plugged.call(new GrpcService.Unary<StringValue, R>() {
            @Override
            public String name() {
                return "Get";
            }

            @Override
            public StringValue emptyRequest() {
                return StringValue.getDefaultInstance();
            }

            @Override
            public R call(StringValue request, Caller caller) throws Exception {
                return work.of(request);
            }
        }, TEXT, Caller.SELF);
    }

    private HttpPath.Answer answer(Work<HttpPath.Request, HttpPath.Answer> work) {
        return plugged.answer(path(work), request()).join();
    }

    private static HttpPath path(Work<HttpPath.Request, HttpPath.Answer> work) {
        return new HttpPath() {
            @Override
            public String path() {
                return "/acme";
            }

            @Override
            public Answer answer(Request request) throws Exception {
                return work.of(request);
            }
        };
    }

    private static HttpPath.Request request() {
        return new HttpPath.Request("GET", "/acme", Map.of(), Map.of(), ByteString.EMPTY, Caller.SELF);
    }

    private static void assertRefused(StatusCode code, String text, CompletableFuture<?> call) {
        Throwable failure = assertThrows(ExecutionException.class, () -> call.get(60, TimeUnit.SECONDS)).getCause();
        EtcdException refused = assertInstanceOf(EtcdException.class,
                failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
        assertEquals(text, refused.text());
        assertEquals(code, refused.code());
    }

    private double failures(String point) {
        String line = "drawbore_plugin_failures_total{plugin=\"acme\",point=\"" + point + "\"} ";
        String text = metrics.text();
        int at = text.indexOf(line) + line.length();
        return Double.parseDouble(text.substring(at, text.indexOf('\n', at)));
    }
}
