package io.drawbore.plugins;

import static io.drawbore.plugins.GuardedMember.CLIENT;
import static io.drawbore.plugins.GuardedMember.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Admissions before a real member. */
@Timeout(120)
class AdmissionTest {
    private static final RequestOp READ =
            RequestOp.newBuilder().setRequestRange(OneMember.rangeRequest("k")).build();

    @TempDir
    private Path folder;

    private GuardedMember guarded(GuardedMember.Judge judge) {
        return new GuardedMember(folder, List.of(judge), List.of());
    }

    @Test
    void withoutJudgesAndRecordersTheDoorIsTheMember() {
        try (GuardedMember guarded = new GuardedMember(folder, List.of(), List.of())) {
            assertSame(guarded.member.server, guarded.door);
        }
    }

    @Test
    void aRefusalReachesTheClientAsItIsAndNothingIsWritten() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.OPEN) {
            @Override
            void judge(ClientRequest request) {
                throw new EtcdException(StatusCode.RESOURCE_EXHAUSTED, "acme: over quota");
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            EtcdException refused = refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT));
            assertEquals(StatusCode.RESOURCE_EXHAUSTED, refused.code());
            assertEquals("acme: over quota", refused.text());
            assertEquals(0, guarded.count("k"));
            ClientRequest asked = judge.asked.remove();
            assertEquals("etcdserverpb.KV/Put", asked.method());
            assertEquals("10.0.0.7:4711", asked.remote());
            assertEquals("", asked.user());
            assertEquals(OneMember.putRequest("k", "v"), asked.message());
        }
    }

    @Test
    void whatIsNotProposedIsNotJudged() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(judge)) {
            OneMember.await(guarded.door.range(OneMember.rangeRequest("k"), CLIENT));
            OneMember.await(guarded.door.status(CLIENT));
            TxnRequest reading = TxnRequest.newBuilder().addSuccess(READ).addFailure(READ).build();
            OneMember.await(guarded.door.txn(reading, CLIENT));
            OneMember.await(guarded.door.alarm(AlarmRequest.getDefaultInstance(), CLIENT));
            OneMember.await(guarded.door.put(OneMember.putRequest("k", "v"), Caller.SELF));
            assertEquals(0, judge.asked.size());
        }
    }

    /** Nested transactions are written to the log whatever they do, and a login is an entry of it. */
    @Test
    void nothingThatIsWrittenToTheLogPassesAJudgeWhoRefusesAll() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) {
                throw new EtcdException(StatusCode.PERMISSION_DENIED, "acme: no");
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            TxnRequest reading = TxnRequest.newBuilder().addSuccess(READ).build();
            TxnRequest nesting = TxnRequest.newBuilder().addFailure(nested(reading)).build();
            TxnRequest writing = TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestPut(OneMember.putRequest("k", "v")))
                    .build();
            for (TxnRequest txn : List.of(
                    nesting, writing, TxnRequest.newBuilder().addSuccess(nested(writing)).build())) {
                assertFalse(Keyspace.isReadOnly(txn));
                assertEquals("acme: no", refusal(guarded.door.txn(txn, CLIENT)).text());
            }
            AuthenticateRequest login =
                    AuthenticateRequest.newBuilder().setName("root").setPassword("secret").build();
            assertEquals("acme: no", refusal(guarded.door.auth().authenticate(login, CLIENT)).text());
            assertEquals(4, judge.asked.size());
        }
    }

    @Test
    void aJudgeWhoRefusesAllKeepsNobodyFromReading() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) {
                throw new EtcdException(StatusCode.PERMISSION_DENIED, "acme: no");
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            AuthDoor auth = guarded.door.auth();
            OneMember.await(auth.status(AuthStatusRequest.getDefaultInstance(), CLIENT));
            OneMember.await(auth.userList(AuthUserListRequest.getDefaultInstance(), CLIENT));
            OneMember.await(auth.roleList(AuthRoleListRequest.getDefaultInstance(), CLIENT));
            OneMember.await(guarded.door.memberList(MemberListRequest.getDefaultInstance(), CLIENT));
            OneMember.await(guarded.door.alarm(AlarmRequest.getDefaultInstance(), CLIENT));
        }
    }

    private static RequestOp nested(TxnRequest txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }

    @Test
    void aJudgeThatThrowsAndFailsClosedIsNamedToTheClient() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) {
                throw new AssertionError("a mistake");
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            for (int i = 0; i < 5; i++) {
                EtcdException refused = refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT));
                assertEquals(StatusCode.UNAVAILABLE, refused.code());
                assertEquals(
                        "drawbore: admission \"judge\" of plug-in \"acme\" is not available: "
                                + "threw java.lang.AssertionError: a mistake",
                        refused.text());
            }
            assertEquals(
                    "drawbore: admission \"judge\" of plug-in \"acme\" is not available: fenced off after failures",
                    refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT)).text());
            assertEquals(0, guarded.count("k"));
            assertTrue(guarded.hasCounted(
                    "drawbore_plugin_failures_total{plugin=\"acme\",point=\"admission/judge\"} 6"));
        }
    }

    @Test
    void aJudgeThatThrowsAndFailsOpenIsNoJudge() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.OPEN) {
            @Override
            void judge(ClientRequest request) {
                throw new IllegalStateException("a mistake");
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            for (int i = 0; i < 7; i++) {
                guarded.put("k", "v");
            }
            assertEquals(5, judge.asked.size(), "fenced off");
        }
    }

    @Test
    void aJudgeThatSleepsHoldsUpWhatItJudgesAndNothingElse() {
        CountDownLatch testEnds = new CountDownLatch(1);
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            public boolean concerns(String method) {
                return method.equals("etcdserverpb.KV/Put");
            }

            @Override
            void judge(ClientRequest request) throws InterruptedException {
                testEnds.await();
            }
        };
        try (GuardedMember guarded = guarded(judge)) {
            CompletableFuture<PutResponse> put = guarded.door.put(OneMember.putRequest("k", "v"), CLIENT);
            OneMember.await(guarded.door.range(OneMember.rangeRequest("k"), CLIENT));
            OneMember.await(guarded.door.deleteRange(
                    DeleteRangeRequest.newBuilder().setKey(OneMember.bytes("k")).build(), CLIENT));
            assertFalse(put.isDone());
            guarded.time.pass(Duration.ofSeconds(1));
            assertEquals(
                    "drawbore: admission \"judge\" of plug-in \"acme\" is not available: took longer than 1s",
                    refusal(put).text());
            testEnds.countDown();
        }
    }

    @Test
    void noJudgeSeesAPassword() {
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED);
        try (GuardedMember guarded = guarded(judge)) {
            AuthUserAddRequest request = AuthUserAddRequest.newBuilder()
                    .setName("alice")
                    .setPassword("secret")
                    .setHashedPassword("hash")
                    .build();
            OneMember.await(guarded.door.auth().userAdd(request, CLIENT));
            assertEquals(
                    AuthUserAddRequest.newBuilder().setName("alice").build(),
                    judge.asked.remove().message());
        }
    }

    @Test
    void allMustLetARequestPassInTheirOrder() {
        GuardedMember.Judge first = new GuardedMember.Judge(FailurePolicy.CLOSED);
        GuardedMember.Judge second = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            public String name() {
                return "second";
            }

            @Override
            void judge(ClientRequest request) {
                assertEquals(1, first.asked.size());
                throw new EtcdException(StatusCode.PERMISSION_DENIED, "acme: no");
            }
        };
        try (GuardedMember guarded = new GuardedMember(folder, List.of(first, second), List.of())) {
            assertEquals("acme: no", refusal(guarded.door.put(OneMember.putRequest("k", "v"), CLIENT)).text());
        }
    }
}
