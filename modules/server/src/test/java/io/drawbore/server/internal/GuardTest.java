package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WatchStream;
import io.drawbore.apply.Applier;
import io.drawbore.apply.Outcome;
import io.drawbore.auth.Access;
import io.drawbore.auth.Requester;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchProgressRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.watch.WatchAdmission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets past the door of a member that applied a log with users in it. */
class GuardTest {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);
    private static final ByteString KEY = ByteString.copyFromUtf8("a");

    private final Backend backend = new MemoryDisk().open(4);
    private final Leases leases = leases();
    private final Applier applier = new Applier(backend, Keyspace.load(backend), leases);
    private final AppliedWait applied = new AppliedWait(0);
    private final List<CompletableFuture<Void>> proofs = new ArrayList<>();
    private long nanos;
    private final Guard guard = new Guard(
            applier,
            leases,
            new SimpleIdentities(
                    applier,
                    applied,
                    () -> {
                        proofs.add(new CompletableFuture<>());
                        return proofs.getLast();
                    },
                    () -> nanos,
                    TOKEN_LIFE));
    private long index;

    private Leases leases() {
        try (ReadTx view = backend.read()) {
            return Leases.load(view, 1);
        }
    }

    private void apply(InternalRaftRequest.Builder request) {
        index++;
        request.setHeader(RequestHeader.newBuilder().setUsername("root").setAuthRevision(Long.MAX_VALUE));
        Entry entry = Entry.newBuilder()
                .setIndex(index)
                .setTerm(1)
                .setData(request.build().toByteString())
                .build();
        List<Outcome> outcomes = applier.apply(List.of(entry), _ -> true);
        assertNull(outcomes.getFirst().refusal());
        guard.publish(outcomes);
        applied.advance(index);
    }

    private void token(String user, String random) {
        apply(InternalRaftRequest.newBuilder()
                .setAuthenticate(
                        InternalAuthenticateRequest.newBuilder().setName(user).setSimpleToken(random)));
    }

    private static Caller caller(String token) {
        return new Caller("127.0.0.1:5", token, false);
    }

    private static final Caller NOBODY = new Caller("127.0.0.1:5", null, false);

    /** Root, and alice who may read one key. */
    @BeforeEach
    void usersAndRoles() {
        for (String name : List.of("root", "alice")) {
            apply(InternalRaftRequest.newBuilder()
                    .setAuthUserAdd(AuthUserAddRequest.newBuilder().setName(name)));
        }
        apply(InternalRaftRequest.newBuilder()
                .setAuthRoleAdd(AuthRoleAddRequest.newBuilder().setName("reader")));
        apply(InternalRaftRequest.newBuilder()
                .setAuthRoleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                        .setName("reader")
                        .setPerm(Permission.newBuilder()
                                .setPermType(Permission.Type.READ)
                                .setKey(KEY))));
        grant("root", "root");
        grant("alice", "reader");
        apply(InternalRaftRequest.newBuilder().setAuthEnable(AuthEnableRequest.getDefaultInstance()));
    }

    private void grant(String user, String role) {
        apply(InternalRaftRequest.newBuilder()
                .setAuthUserGrantRole(
                        AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role)));
    }

    private void disable() {
        apply(InternalRaftRequest.newBuilder().setAuthDisable(AuthDisableRequest.getDefaultInstance()));
    }

    private static EtcdException refusal(CompletableFuture<?> answer) {
        return (EtcdException) assertThrows(CompletionException.class, answer::join).getCause();
    }

    private CompletableFuture<Requester> ask(Caller caller) {
        return guard.requester(caller);
    }

    @Test
    void whileItIsOffNobodyIsAsked() {
        disable();
        assertEquals(Requester.NOBODY, ask(caller("nonsense")).join());
        assertEquals(Requester.NOBODY, guard.self());
        assertEquals("done", guard.admit(NOBODY, Access::administer, _ -> CompletableFuture.completedFuture("done"))
                .join());
        assertEquals("read", guard.reading(Requester.NOBODY, access -> access.read(KEY, KEY), () -> "read"));
    }

    @Test
    void nobodyGetsPast() {
        CompletableFuture<String> done = CompletableFuture.completedFuture("done");
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(guard.admit(NOBODY, Access::beSomebody, _ -> done)).text());
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(guard.admit(NOBODY, Access::administer, _ -> done)).text());
        EtcdException read = assertThrows(
                EtcdException.class,
                () -> guard.reading(
                        ask(NOBODY).join(), access -> access.read(KEY, ByteString.EMPTY), () -> "read"));
        assertEquals(EtcdError.USER_EMPTY.text(), read.text());
    }

    @Test
    void aTokenSaysWhoItIs() {
        token("alice", "abc");
        Requester alice = ask(caller("abc.7")).join();
        assertEquals(new Requester("alice", 7), alice);
        assertEquals("read", guard.reading(alice, access -> access.read(KEY, ByteString.EMPTY), () -> "read"));
        assertThrows(
                EtcdException.class,
                () -> guard.reading(alice, access -> access.write(KEY, ByteString.EMPTY), () -> "read"));
        assertEquals(EtcdError.INVALID_AUTH_TOKEN.text(), refusal(ask(caller("abc.6"))).text());
        assertEquals(EtcdError.INVALID_AUTH_TOKEN.text(), refusal(ask(caller("abc"))).text());
        nanos = TOKEN_LIFE.toNanos() + TimeUnit.SECONDS.toNanos(1);
        assertEquals(EtcdError.INVALID_AUTH_TOKEN.text(), refusal(ask(caller("abc.7"))).text());
    }

    @Test
    void aTokenThatIsNotAppliedHereYetIsWaitedFor() {
        CompletableFuture<Requester> answer = ask(caller("abc.7"));
        assertFalse(answer.isDone());
        token("alice", "abc");
        proofs.getFirst().complete(null);
        assertEquals("alice", answer.join().user());
        CompletableFuture<Requester> never = ask(caller("abc.99"));
        proofs.getLast().complete(null);
        assertEquals(EtcdError.INVALID_AUTH_TOKEN.text(), refusal(never).text());
    }

    @Test
    void theMemberItselfIsRoot() {
        assertEquals("root", guard.self().user());
        assertEquals("root", ask(Caller.SELF).join().user());
        assertTrue(guard.access(guard.self()).isAdministrator());
    }

    @Test
    void whatIsReadWhileRightsChangeIsNotTold() {
        token("alice", "abc");
        Requester alice = ask(caller("abc.7")).join();
        EtcdException old = assertThrows(
                EtcdException.class,
                () -> guard.reading(alice, access -> access.read(KEY, ByteString.EMPTY), () -> {
                    grant("alice", "root");
                    return "read";
                }));
        assertEquals(EtcdError.AUTH_OLD_REVISION.text(), old.text());
    }

    // ---- watches

    /** A stream that only notes what is asked and what is said to it. */
    private static final class NotedStream implements WatchStream {
        final List<String> noted = new ArrayList<>();
        private final WatchAdmission admission;

        NotedStream(WatchAdmission admission) {
            this.admission = admission;
        }

        @Override
        public void accept(WatchRequest request) {
            WatchCreateRequest create = request.getCreateRequest();
            noted.add(
                    request.hasCreateRequest()
                            ? String.valueOf(admission.refusal(create.getKey(), create.getRangeEnd()))
                            : "other");
        }

        @Override
        public void close() {
            noted.add("closed");
        }
    }

    private final List<NotedStream> streams = new ArrayList<>();

    private WatchStream watch(Caller caller) {
        return new GuardedWatch(guard, caller, admission -> {
            streams.add(new NotedStream(admission));
            return streams.getLast();
        });
    }

    private static WatchRequest create(String key, String end) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setRangeEnd(ByteString.copyFromUtf8(end)))
                .build();
    }

    private static WatchRequest progress() {
        return WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build();
    }

    @Test
    void aWatcherSeesWhatItsClientMayRead() {
        token("alice", "abc");
        WatchStream stream = watch(caller("abc.7"));
        stream.accept(create("a", ""));
        stream.accept(create("a", "b"));
        stream.accept(progress());
        stream.close();
        assertEquals(
                List.of(
                        "null",
                        "rpc error: code = PermissionDenied desc = etcdserver: permission denied",
                        "other",
                        "closed"),
                streams.getFirst().noted);
    }

    @Test
    void whoIsNotKnownWatchesNothing() {
        watch(NOBODY).accept(create("a", ""));
        watch(caller("nonsense")).accept(create("a", ""));
        assertEquals(
                List.of("rpc error: code = InvalidArgument desc = etcdserver: user name is empty"),
                streams.getFirst().noted);
        assertEquals(
                List.of("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"),
                streams.getLast().noted);
    }

    @Test
    void requestsKeepTheirOrderWhileATokenIsWaitedFor() {
        WatchStream stream = watch(caller("abc.7"));
        stream.accept(create("a", ""));
        stream.accept(progress());
        assertEquals(List.of(), streams.getFirst().noted);
        token("alice", "abc");
        proofs.getFirst().complete(null);
        assertEquals(List.of("null", "other"), streams.getFirst().noted);
    }
}
