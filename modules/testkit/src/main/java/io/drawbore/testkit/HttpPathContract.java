package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.HttpPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link HttpPath} does. A subclass says which one. */
@Timeout(120)
public abstract class HttpPathContract {
    private static final int MOST_BYTES = 4 << 20;
    private static final List<String> TAKEN = List.of("/v2", "/v3", "/v3beta", "/health", "/livez", "/readyz",
            "/metrics", "/version", "/debug", "/config");

    /** For subclasses, which a test engine makes. */
    protected HttpPathContract() {}

    /** The path under test, started as its plug-in starts it. Called once for each test. */
    protected abstract HttpPath path();

    /** A request as it may come; a subclass may add what belongs to its own. */
    protected HttpPath.Request request(HttpPath path, String method, ByteString body) {
        return new HttpPath.Request(method, path.path(), Map.of("q", List.of("1", "")),
                Map.of("host", List.of("localhost:2379"), "x-unknown", List.of("")), body, Caller.SELF);
    }

    @Test
    void itAnswersWhereNobodyElseDoes() {
        HttpPath path = path();
        assertTrue(path.path().matches("(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+/?"), path::path);
        assertFalse(path.path().matches(".*/\\.\\.?(/.*)?"), path::path);
        assertFalse(TAKEN.stream().anyMatch(own -> (path.path() + "/").startsWith(own + "/")), path::path);
        assertEquals(path.path(), path.path(), "constant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "REPORT"})
    void everyMethodHasAnAnswer(String method) throws Exception {
        HttpPath path = path();
        judge(path.answer(request(path, method, ByteString.EMPTY)));
        judge(path.answer(request(path, method, ByteString.copyFrom(new byte[] {0, -1, '{', '"'}))));
    }

    @Test
    void theLargestBodyHasAnAnswer() throws Exception {
        HttpPath path = path();
        judge(path.answer(request(path, "POST", ByteString.copyFrom(new byte[MOST_BYTES]))));
    }

    @Test
    void manyAskAtOnce() throws Exception {
        HttpPath path = path();
        Crowd.ofThreads(16, () -> judge(path.answer(request(path, "GET", ByteString.EMPTY))));
    }

    @Test
    void anInterruptionEndsACall() throws Exception {
        HttpPath path = path();
        Crowd.ended(() -> path.answer(request(path, "GET", ByteString.EMPTY)), true);
    }

    private static void judge(HttpPath.Answer answer) {
        assertTrue(answer.status() >= 200 && answer.status() <= 599, () -> "status " + answer.status());
        assertTrue(answer.contentType().matches("[ -~]+/[ -~]+"), answer::contentType);
        assertTrue(answer.body().size() <= MOST_BYTES, () -> answer.body().size() + " bytes");
    }
}
