package io.drawbore.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.authpb.Permission.Type;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final long LEASE = 5;

    private final Story story = new Story();

    @BeforeEach
    void aliceReadsAndWritesAToCAndReadsUpToE() {
        story.addUser("alice");
        story.addRole("r");
        story.permit("r", Type.READWRITE, "a", "c");
        story.permit("r", Type.READ, "c", "e");
        story.addRole("s");
        story.permit("s", Type.WRITE, "w", "");
        story.grantRole("alice", "r");
        story.grantRole("alice", "s");
        story.enabled();
    }

    private Access access(String user, long authRevision) {
        return new Access(story.state, new Requester(user, authRevision), AccessTest::keysOfLease);
    }

    private static List<ByteString> keysOfLease(long lease) {
        return lease == LEASE ? List.of(Story.bytes("a"), Story.bytes("d")) : List.of();
    }

    private static @Nullable String refusal(Runnable asked) {
        try {
            asked.run();
            return null;
        } catch (EtcdException refused) {
            return refused.text();
        }
    }

    private @Nullable String refusal(String user, Command command) {
        return refusal(() -> access(user, story.state.revision()).check(command));
    }

    private static Command.Put put(String key) {
        return new Command.Put(PutRequest.newBuilder().setKey(Story.bytes(key)).build());
    }

    private static Command.DeleteRange delete(String key, String end) {
        return new Command.DeleteRange(DeleteRangeRequest.newBuilder()
                .setKey(Story.bytes(key))
                .setRangeEnd(Story.bytes(end))
                .build());
    }

    private static final String DENIED = EtcdError.PERMISSION_DENIED.text();

    @Test
    void nothingIsRefusedWhileItIsOff() {
        story.disable();
        assertNull(refusal("", put("z")));
        assertNull(refusal(() -> access("", 0).administer()));
        assertNull(refusal(() -> access("", 0).beSomebody()));
        assertNull(refusal(() -> access("", 0).read(Story.bytes("z"), Story.ONE_KEY)));
    }

    @Test
    void nobodyIsAskedForAName() {
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(() -> access("", 0).check(put("a"))));
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(() -> access("", 0).beSomebody()));
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(() -> access("", 0).administer()));
    }

    @Test
    void whoIsKnownSinceAnEarlierRevisionAsksAgain() {
        long before = story.state.revision();
        story.addRole("later");
        assertEquals(EtcdError.AUTH_OLD_REVISION.text(), refusal(() -> access("alice", before).check(put("a"))));
        assertEquals(EtcdError.AUTH_OLD_REVISION.text(), refusal(() -> access("root", before).check(put("a"))));
        assertNull(refusal(() -> access("alice", -1).check(put("a"))), "revisions are unsigned");
    }

    @Test
    void rootMayDoEverything() {
        assertNull(refusal("root", put("z")));
        assertNull(refusal("root", delete("\0", "\0")));
        assertNull(refusal("root", new Command.Auth.UserList(AuthUserListRequest.getDefaultInstance())));
    }

    @Test
    void whoeverIsNotThereMayDoNothing() {
        assertEquals(DENIED, refusal("mallory", put("a")));
        assertEquals(
                EtcdError.USER_NOT_FOUND.text(),
                refusal("mallory", new Command.Auth.UserList(AuthUserListRequest.getDefaultInstance())));
    }

    @Test
    void aWriteNeedsAPermissionToWrite() {
        assertNull(refusal("alice", put("b")));
        assertEquals(DENIED, refusal("alice", put("c")));
        assertNull(refusal("alice", delete("a", "c")));
        assertEquals(DENIED, refusal("alice", delete("a", "c\0")));
        assertEquals(DENIED, refusal("alice", delete("a", "\0")));
    }

    @Test
    void rangesThatTouchAreOne() {
        Access alice = story.access("alice");
        assertNull(refusal(() -> alice.read(Story.bytes("a"), Story.bytes("e"))));
        assertEquals(DENIED, refusal(() -> alice.read(Story.bytes("a"), Story.bytes("e\0"))));
        assertEquals(DENIED, refusal(() -> alice.read(Story.bytes("w"), Story.ONE_KEY)), "only to be written");
    }

    @Test
    void whoSeesWhatWasThereNeedsToReadIt() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(Story.bytes("w"));
        assertNull(refusal("alice", new Command.Put(put.build())));
        assertEquals(DENIED, refusal("alice", new Command.Put(put.setPrevKv(true).build())));
        DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setKey(Story.bytes("w"));
        assertNull(refusal("alice", new Command.DeleteRange(delete.build())));
        assertEquals(DENIED, refusal("alice", new Command.DeleteRange(delete.setPrevKv(true).build())));
    }

    @Test
    void aLeaseBelongsToWhoMayWriteAllItsKeys() {
        Command revoke = new Command.LeaseRevoke(
                LeaseRevokeRequest.newBuilder().setID(LEASE).build());
        Command attach = new Command.Put(PutRequest.newBuilder()
                .setKey(Story.bytes("b"))
                .setLease(LEASE)
                .build());
        assertEquals(DENIED, refusal("alice", revoke));
        assertEquals(DENIED, refusal("alice", attach));
        assertNull(refusal("root", revoke));
        story.permit("s", Type.WRITE, "d", "");
        assertNull(refusal("alice", revoke));
        assertNull(refusal("alice", attach));
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(() -> access("", 0).check(revoke)));
        assertNull(refusal(() -> access("", 0).check(new Command.LeaseRevoke(
                LeaseRevokeRequest.newBuilder().setID(99).build()))), "as in etcd, where nothing hangs on it");
    }

    @Test
    void aTransactionNeedsAllThatEitherBranchDoes() {
        RequestOp allowed = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(Story.bytes("a")))
                .build();
        RequestOp forbidden = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(Story.bytes("z")))
                .build();
        RequestOp nested = RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder().addFailure(forbidden))
                .build();
        RequestOp range = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(Story.bytes("w")))
                .build();
        RequestOp delete = RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(Story.bytes("d")))
                .build();
        assertNull(refusal("alice", txn(TxnRequest.newBuilder().addSuccess(allowed).addFailure(allowed))));
        for (RequestOp one : List.of(forbidden, nested, range, delete)) {
            assertEquals(DENIED, refusal("alice", txn(TxnRequest.newBuilder().addSuccess(allowed).addFailure(one))));
        }
        Compare compare = Compare.newBuilder().setKey(Story.bytes("z")).build();
        assertEquals(DENIED, refusal("alice", txn(TxnRequest.newBuilder().addCompare(compare))));
        assertNull(refusal(() -> access("", 0).check(txn(TxnRequest.newBuilder()))), "one that does nothing");
    }

    private static Command txn(TxnRequest.Builder txn) {
        return new Command.Txn(txn.build());
    }

    @Test
    void everybodyMayAskForThemselves() {
        assertNull(refusal("alice", new Command.Auth.UserGet(
                AuthUserGetRequest.newBuilder().setName("alice").build())));
        assertEquals(DENIED, refusal("alice", new Command.Auth.UserGet(
                AuthUserGetRequest.newBuilder().setName("root").build())));
        assertNull(refusal("alice", new Command.Auth.RoleGet(
                AuthRoleGetRequest.newBuilder().setRole("r").build())));
        assertEquals(DENIED, refusal("alice", new Command.Auth.RoleGet(
                AuthRoleGetRequest.newBuilder().setRole("root").build())));
        assertNull(refusal("", new Command.Auth.Status(AuthStatusRequest.getDefaultInstance())));
        assertEquals(DENIED, refusal("alice", new Command.Auth.UserList(AuthUserListRequest.getDefaultInstance())));
    }

    @Test
    void whatIsJudgedWhereItComesInIsNotJudgedAgain() {
        assertNull(refusal("", new Command.Compact(CompactionRequest.getDefaultInstance())));
    }
}
