package io.drawbore.server;

import static io.drawbore.server.TestMember.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.TokenProvider.Holder;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.server.internal.ProvidedIdentities;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A member whose tokens are a provider's: {@code <user>/<revision>}, which nobody should do. */
class TokenProviderTest {
    private static final ByteString ALICES = ByteString.copyFromUtf8("a");

    @TempDir
    private Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProvidedIdentities.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private TestMember member;

    /** Readable tokens; what begins with {@code broken} makes it throw, {@code eternal} is root's for ever. */
    private static final class PlainTokens implements TokenProvider.Tokens {
        @Override
        public String issue(String user, long authRevision) {
            return switch (user) {
                case "unlucky" -> throw new IllegalStateException("out of paper");
                case "strange" -> "not in\nASCII";
                default -> user + "/" + authRevision;
            };
        }

        @Override
        public Optional<Holder> verify(String token) {
            if (token.startsWith("broken")) {
                throw new IllegalStateException("cannot read " + token, new IllegalArgumentException(token));
            }
            if (token.equals("eternal")) {
                return Optional.of(new Holder("root", Holder.ANY));
            }
            int slash = token.indexOf('/');
            return slash < 0
                    ? Optional.empty()
                    : Optional.of(new Holder(token.substring(0, slash), Long.parseLong(token.substring(slash + 1))));
        }
    }

    @BeforeEach
    void startWithUsers() {
        log.start();
        logger.setLevel(Level.ERROR);
        logger.addAppender(log);
        MemberOptions options = TestMember.founding("one", folder)
                .tick(Duration.ofMillis(10))
                .auth(new AuthOptions(new PlainTokens(), Duration.ofMinutes(5), 4))
                .build();
        member = TestMember.start(options, new DiskVfs(), new MemoryBackendProvider());
        for (String user : List.of("root", "alice", "unlucky", "strange")) {
            await(member.server.auth().userAdd(
                    AuthUserAddRequest.newBuilder().setName(user).setPassword("of " + user).build(), Caller.SELF));
        }
        await(member.server.auth().roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build(), Caller.SELF));
        await(member.server.auth().roleAdd(AuthRoleAddRequest.newBuilder().setName("one").build(), Caller.SELF));
        await(member.server.auth().roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder().setName("one")
                .setPerm(Permission.newBuilder().setPermType(Permission.Type.READWRITE).setKey(ALICES)).build(),
                Caller.SELF));
        grant("root", "root");
        grant("alice", "one");
        await(member.server.auth().enable(AuthEnableRequest.getDefaultInstance(), Caller.SELF));
    }

    @AfterEach
    void stop() {
        member.close();
        logger.detachAppender(log);
    }

    private void grant(String user, String role) {
        await(member.server.auth().userGrantRole(
                AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build(), Caller.SELF));
    }

    private String authenticate(String user) {
        AuthenticateRequest request =
                AuthenticateRequest.newBuilder().setName(user).setPassword("of " + user).build();
        return await(member.server.auth().authenticate(request, Caller.SELF)).getToken();
    }

    private static Caller with(String token) {
        return new Caller("127.0.0.1:5", token, false);
    }

    private void put(String key, String token) {
        await(member.server.put(TestMember.putRequest(key, "1"), with(token)));
    }

    private long get(String key, String token) {
        RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return await(member.server.range(request, with(token))).getCount();
    }

    private static void assertRefused(EtcdError error, Runnable request) {
        assertRefused(error.code(), error.text(), request);
    }

    private static void assertRefused(StatusCode code, String text, Runnable request) {
        EtcdException refusal = assertThrows(EtcdException.class, request::run);
        assertEquals(text, refusal.text());
        assertEquals(code, refusal.code());
    }

    @Test
    void whoHasAuthenticatedHasTheProvidersToken() {
        String token = authenticate("alice");
        assertTrue(token.matches("alice/[0-9]+"), token);
        put("a", token);
        assertEquals(1, get("a", token));
        assertRefused(EtcdError.PERMISSION_DENIED, () -> put("b", token));
        assertRefused(EtcdError.PERMISSION_DENIED, () -> get("b", token));
        assertEquals("alice", await(member.server.user(with(token))));
        assertRefused(EtcdError.AUTH_FAILED, () -> await(member.server.auth().authenticate(
                AuthenticateRequest.newBuilder().setName("alice").setPassword("wrong").build(), Caller.SELF)));
    }

    @Test
    void whatIsNoTokenOfTheProvidersIsWorthNothing() {
        authenticate("alice");
        for (String token : List.of("nonsense", "", "abcdefghijklmnop.13")) {
            assertRefused(EtcdError.INVALID_AUTH_TOKEN, () -> put("a", token));
            assertRefused(EtcdError.INVALID_AUTH_TOKEN, () -> get("a", token));
        }
        assertRefused(EtcdError.PERMISSION_DENIED, () -> put("a", "nobody/99"));
    }

    @Test
    void aTokenIsOldOnceUsersHaveChanged() throws InterruptedException {
        String before = authenticate("alice");
        grant("alice", "root");
        assertRefused(EtcdError.AUTH_OLD_REVISION, () -> put("a", before));
        assertRefused(EtcdError.AUTH_OLD_REVISION, () -> get("a", before));
        assertEquals("rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old",
                watchRefusal(before));
        String after = authenticate("alice");
        put("b", after);
        assertEquals(1, get("b", after));
        assertEquals("", watchRefusal(after));
    }

    private String watchRefusal(String token) throws InterruptedException {
        RecordingSink sink = new RecordingSink();
        WatchStream stream = member.server.watch(sink, with(token));
        stream.accept(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(ALICES)).build());
        String refusal = sink.next().getCancelReason();
        stream.close();
        return refusal;
    }

    @Test
    void oneThatOutlivesChangesIsGoodAtAnyRevision() {
        put("z", "eternal");
        grant("alice", "root");
        put("z", "eternal");
        assertEquals(1, get("z", "eternal"));
    }

    @Test
    void aProviderThatThrowsRefusesTheRequestAndKeepsTheToken() {
        for (int i = 0; i < 3; i++) {
            assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed",
                    () -> put("a", "broken-by-secret.signature"));
        }
        assertTrue(member.metrics.text().contains("drawbore_token_provider_failures_total 3\n"));
        assertTrue(lines().contains("java.lang.IllegalStateException: cannot read ….…"), this::lines);
        assertTrue(lines().contains("PlainTokens.verify"), this::lines);
        assertFalse(lines().contains("secret") || lines().contains("signature"), this::lines);
        put("a", authenticate("alice"));
    }

    @Test
    void aProviderThatGivesNoTokenRefusesTheRequest() {
        assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed", () -> authenticate("unlucky"));
        assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed", () -> authenticate("strange"));
        assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed", () -> put("a", "/7"));
        assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed", () -> put("a", "alice/-2"));
        assertRefused(StatusCode.INTERNAL, "drawbore: the token provider failed", () -> put("a", "alice/x"));
        assertTrue(member.metrics.text().contains("drawbore_token_provider_failures_total 5\n"));
        assertTrue(lines().contains("out of paper"), this::lines);
    }

    private String lines() {
        StringBuilder lines = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            lines.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                lines.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return lines.toString();
    }
}
