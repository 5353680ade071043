package io.drawbore.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Empty;
import io.drawbore.api.HttpPath;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be served is refused in one line that says whose it is. */
final class ClientExtensionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"etcdserverpb.KV", "v3lockpb.Lock", "v3electionpb.Election", "grpc.health.v1.Health"})
    void namesOfTheMembersOwnAreRefused(String name) {
        assertEquals("gRPC service " + name + " of plug-in quotas: names that begin with etcdserverpb., v3lockpb., "
                + "v3electionpb., grpc. are the member's own", refusal(service("quotas", name, "Get")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "acme..Quotas", "acme.v1.", "acme/Quotas", "acme.1.Quotas", "ä"})
    void aServiceHasAName(String name) {
        assertEquals("gRPC service " + name + " of plug-in quotas has a bad name: one such as acme.v1.Quotas is wanted",
                refusal(service("quotas", name, "Get")));
    }

    @Test
    void aServiceIsThereOnce() {
        assertEquals("gRPC service acme.v1.Quotas is offered twice: by plug-in one and by plug-in two",
                refusal(service("one", "acme.v1.Quotas", "Get"), service("two", "acme.v1.Quotas", "Put")));
    }

    @Test
    void aMethodIsThereOnceAndHasAName() {
        assertEquals("gRPC service acme.Quotas of plug-in one has the method Get twice",
                refusal(service("one", "acme.Quotas", "Get", "Put", "Get")));
        assertEquals("gRPC service acme.Quotas of plug-in one has a method with a bad name: \"Get/All\"",
                refusal(service("one", "acme.Quotas", "Get/All")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v3", "/v3beta", "/health", "/livez", "/readyz", "/metrics", "/version", "/debug",
        "/config"})
    void pathsOfTheMembersOwnAreRefused(String own) {
        for (String path : List.of(own, own + "/", own + "/acme")) {
            assertEquals("HTTP path " + path + " of plug-in pages: " + own + " and all below it are the member's own",
                    refusal(path("pages", path)));
        }
        ClientExtensions near = new ClientExtensions(List.of(), List.of(path("pages", own + "acme")),
                ClientExtensions.PATH_TIME);
        assertEquals(own + "acme", near.paths().getFirst().path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "acme", "/acme//status", "/acme?all", "/acme#top", "/a b", "/../v3",
        "/acme/..", "/acme/./x", "/acme/%2e", "/größe"})
    void aPathIsAPath(String path) {
        assertEquals("HTTP path " + path + " of plug-in pages is no path to serve: one such as /acme/status or /acme/ "
                + "is wanted", refusal(path("pages", path)));
    }

    @Test
    void aPathIsThereOnceAndHasTime() {
        assertEquals("HTTP path /acme is offered twice: by plug-in one and by plug-in two",
                refusal(path("one", "/acme"), path("two", "/acme")));
        assertThrows(IllegalArgumentException.class,
                () -> new ClientExtensions(List.of(), List.of(), Duration.ZERO));
    }

    private static String refusal(ClientExtensions.Service... services) {
        return assertThrows(IllegalArgumentException.class,
                () -> new ClientExtensions(List.of(services), List.of(), ClientExtensions.PATH_TIME)).getMessage();
    }

    private static String refusal(ClientExtensions.Path... paths) {
        return assertThrows(IllegalArgumentException.class,
                () -> new ClientExtensions(List.of(), List.of(paths), ClientExtensions.PATH_TIME)).getMessage();
    }

    private static ClientExtensions.Service service(String owner, String name, String... methods) {
        return new ClientExtensions.Service(owner, name, List.of(methods).stream()
                .<ClientExtensions.Method<?, ?>>map(method -> new ClientExtensions.Unary<Empty, Empty>(method,
                        Empty.getDefaultInstance(), (request, caller) -> CompletableFuture.completedFuture(request)))
                .toList());
    }

    private static ClientExtensions.Path path(String owner, String path) {
        return new ClientExtensions.Path(owner, path,
                request -> CompletableFuture.completedFuture(HttpPath.Answer.text(200, "")));
    }
}
