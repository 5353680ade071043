package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.GrpcService;
import io.drawbore.api.GrpcService.Method;
import io.drawbore.api.ResponseSink;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link GrpcService} does. A subclass says which one, and what its methods can answer. */
@Timeout(120)
public abstract class GrpcServiceContract {
    private static final String IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
    private static final List<String> TAKEN = List.of("etcdserverpb.", "v3lockpb.", "v3electionpb.", "grpc.");

    /** For subclasses, which a test engine makes. */
    protected GrpcServiceContract() {}

    /** The service under test, started as its plug-in starts it. Called once for each test. */
    protected abstract GrpcService service();

    /** A request that a method can answer; an empty one unless a subclass knows better. */
    protected <Q extends Message> Q request(Method<Q, ?> method) {
        return method.emptyRequest();
    }

    @Test
    void itHasANameThatIsNobodyElses() {
        String name = service().name();
        assertTrue(name.matches(IDENTIFIER + "(\\." + IDENTIFIER + ")*"), name);
        assertFalse(TAKEN.stream().anyMatch(name::startsWith), name);
    }

    @Test
    void itsMethodsAreConstantAndHaveNamesOfTheirOwn() {
        GrpcService service = service();
        List<String> names = service.methods().stream().map(Method::name).toList();
        assertFalse(names.isEmpty());
        assertEquals(names.size(), names.stream().distinct().count(), names::toString);
        assertTrue(names.stream().allMatch(name -> name.matches(IDENTIFIER)), names::toString);
        assertEquals(names, service.methods().stream().map(Method::name).toList());
        assertEquals(service.name(), service.name());
    }

    @Test
    void requestsAreReadByTheEmptyOne() throws InvalidProtocolBufferException {
        for (Method<?, ?> method : service().methods()) {
            Message request = request(method);
            assertEquals(request, method.emptyRequest().getParserForType().parseFrom(request.toByteString()));
        }
    }

    @Test
    void manyAskAtOnce() throws Exception {
        GrpcService service = service();
        for (Method<?, ?> method : service.methods()) {
            Crowd.ofThreads(16, () -> answered(method, _ -> CompletableFuture.completedFuture(null)));
        }
    }

    /** An answer, or the error that the client is told. */
    private <Q extends Message, R extends Message> void answered(Method<Q, R> method, ResponseSink<R> sink)
            throws Exception {
        try {
            switch (method) {
                case GrpcService.Unary<Q, R> unary -> assertNotNull(
                        unary.call(request(method), Caller.SELF), "an answer of " + method.name());
                case GrpcService.ServerStreaming<Q, R> streaming ->
                    streaming.call(request(method), new OneAtATime<>(sink), Caller.SELF);
            }
        } catch (EtcdException answer) {
            assertNotNull(answer.text());
        }
    }

    @Test
    void aStreamEndsWhenItsClientHasGone() throws Exception {
        for (Method<?, ?> method : service().methods()) {
            if (method instanceof GrpcService.ServerStreaming<?, ?> streaming) {
                endsThough(streaming);
            }
        }
    }

    private <Q extends Message, R extends Message> void endsThough(GrpcService.ServerStreaming<Q, R> method)
            throws Exception {
        ResponseSink<R> gone = _ -> CompletableFuture.failedFuture(new EOFException("the client has gone"));
        Crowd.ended(() -> method.call(request(method), gone, Caller.SELF), false);
    }

    @Test
    void anInterruptionEndsACall() throws Exception {
        for (Method<?, ?> method : service().methods()) {
            Crowd.ended(() -> answered(method, _ -> new CompletableFuture<>()), true);
        }
    }

    /** Sees to it that no two threads send at a time. */
    private record OneAtATime<R extends Message>(ResponseSink<R> sink, AtomicBoolean sending)
            implements ResponseSink<R> {
        OneAtATime(ResponseSink<R> sink) {
            this(sink, new AtomicBoolean());
        }

        @Override
        public CompletionStage<Void> send(R response) {
            assertNotNull(response, "a response");
            assertTrue(sending.compareAndSet(false, true), "two threads send at a time");
            try {
                return sink.send(response);
            } finally {
                sending.set(false);
            }
        }
    }
}
