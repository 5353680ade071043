package io.drawbore.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.EOFException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class EtcdExceptionTest {
    @Test
    void everyFailureHasAStatusThatAClientIsTold() {
        EtcdException known = EtcdError.NO_LEADER.exception();
        assertSame(known, EtcdException.of(known));
        assertSame(known, EtcdException.of(new CompletionException(new ExecutionException(known))));
        assertTold(StatusCode.CANCELLED, "context canceled", new CancellationException());
        assertTold(StatusCode.DEADLINE_EXCEEDED, "context deadline exceeded", new TimeoutException("5s"));
        assertTold(StatusCode.UNKNOWN, "the end", new CompletionException(new EOFException("the end")));
        assertTold(StatusCode.UNKNOWN, "null", new IllegalStateException());
        assertTold(StatusCode.UNKNOWN, "bare", new CompletionException("bare", null));
    }

    private static void assertTold(StatusCode code, String text, Throwable failure) {
        EtcdException told = EtcdException.of(failure);
        assertEquals(code, told.code());
        assertEquals(text, told.text());
    }
}
