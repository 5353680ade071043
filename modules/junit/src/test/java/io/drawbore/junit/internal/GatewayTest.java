package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member answers that can't be brought about at will, by a server that only answers. */
class GatewayTest {
    private final Map<String, String> answers =
            new ConcurrentHashMap<>(Map.of("cluster/member/list", "{\"members\":[{\"ID\":\"1\"}]}"));
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v3/", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    /** Its 404 cost the next test a process, and the test that asked for a reset its life. */
    @Test
    void aLeaseThatExpiresBeforeItIsRevokedIsGoneAllTheSame() throws Exception {
        answers.put("lease/leases", "{\"leases\":[{\"ID\":\"7\"}]}");
        answers.put("lease/revoke", "{\"error\":\"etcdserver: requested lease not found\",\"code\":5}");
        statuses.put("lease/revoke", 404);
        gateway().reset();
    }

    @Test
    void anyOtherRefusalIsNone() {
        answers.put("lease/leases", "{\"leases\":[{\"ID\":\"7\"}]}");
        statuses.put("lease/revoke", 503);
        assertTrue(refusal().startsWith("lease/revoke was answered with "));
        answers.remove("lease/leases");
        statuses.put("kv/deleterange", 404);
        assertTrue(refusal().startsWith("kv/deleterange was answered with "));
    }

    @Test
    void aDowngradeIsNoticed() {
        answers.put("maintenance/status", "{\"downgradeInfo\":{\"enabled\":true,\"targetVersion\":\"3.6.0\"}}");
        assertEquals("a downgrade is under way", refusal());
    }

    private String refusal() {
        return String.valueOf(assertThrows(Gateway.CannotReset.class, () -> gateway().reset())
                .getMessage());
    }

    private Gateway gateway() {
        return new Gateway(server.getAddress().getPort());
    }

    private void answer(final HttpExchange exchange) throws IOException {
        final String path = exchange.getRequestURI().getPath().substring("/v3/".length());
        final byte[] body = answers.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().put("Content-Type", List.of("application/json"));
            exchange.sendResponseHeaders(statuses.getOrDefault(path, 200), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
