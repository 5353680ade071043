package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.auth.TokenChange;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.testkit.MemoryDisk;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Logs with users and roles in them. */
class AuthenticatedLogTest {
    private static final String HASH = "aGFzaA==";

    private final Backend backend = new MemoryDisk().open(4);
    private final Applier applier = Rooms.applier(backend);
    private final Log log = new Log();

    /** Root, and alice who may read and write what begins with a; authentication is on, at auth revision 6. */
    private Log withAlice() {
        return log.addUser("root", HASH)
                .grantRole("root", "root")
                .addRole("r")
                .permit("r", Permission.Type.READWRITE, "a", "b")
                .addUser("alice", HASH)
                .grantRole("alice", "r")
                .authEnable();
    }

    private List<Outcome> apply() {
        return applier.apply(log.entries, _ -> true);
    }

    private static @Nullable String refusal(Outcome outcome) {
        EtcdException refused = outcome.refusal();
        return refused == null ? null : refused.text();
    }

    @Test
    void whatAUserMayNotDoIsRefusedWhereItIsApplied() {
        withAlice().as("alice", 7).put("a", "1").put("b", "1").as("", 0).put("a", "2").as("alice", 6).put("a", "3");
        List<Outcome> outcomes = apply();
        assertNull(refusal(outcomes.get(7)));
        assertEquals(EtcdError.PERMISSION_DENIED.text(), refusal(outcomes.get(8)));
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(outcomes.get(9)));
        assertEquals(EtcdError.AUTH_OLD_REVISION.text(), refusal(outcomes.get(10)));
        assertEquals(2, outcomes.getLast().revision());
        assertInstance(outcomes.get(7));
    }

    private static void assertInstance(Outcome outcome) {
        assertTrue(outcome.response() instanceof PutResponse, String.valueOf(outcome.response()));
    }

    @Test
    void usersAreChangedByRootOnlyOnceItIsOn() {
        withAlice().addUser("bob", HASH).as("alice", 7).addUser("bob", HASH).as("root", 1).addUser("bob", HASH);
        List<Outcome> outcomes = apply();
        assertEquals(EtcdError.USER_EMPTY.text(), refusal(outcomes.get(7)));
        assertEquals(EtcdError.PERMISSION_DENIED.text(), refusal(outcomes.get(8)));
        assertNull(refusal(outcomes.get(9)), "an old revision matters for keys only");
        assertNotNull(applier.auth().user("bob"));
        assertEquals(8, applier.auth().revision());
    }

    @Test
    void anAuthRevisionIsRaisedWithinABatchToo() {
        withAlice().as("root", 7).forbid("r", "a", "b").as("alice", 7).put("a", "1").as("alice", 8).put("a", "1");
        List<Outcome> outcomes = apply();
        assertEquals(EtcdError.AUTH_OLD_REVISION.text(), refusal(outcomes.get(8)));
        assertEquals(EtcdError.PERMISSION_DENIED.text(), refusal(outcomes.get(9)));
    }

    @Test
    void aLeaseIsRevokedByWhoMayWriteItsKeys() {
        withAlice().as("root", 7).grant(5, 60).putWithLease("z", "1", 5).as("alice", 7).revoke(5);
        log.putWithLease("a", "1", 5).as("root", 7).revoke(5);
        List<Outcome> outcomes = apply();
        assertEquals(EtcdError.PERMISSION_DENIED.text(), refusal(outcomes.get(9)));
        assertEquals(EtcdError.PERMISSION_DENIED.text(), refusal(outcomes.get(10)));
        assertNull(refusal(outcomes.get(11)));
    }

    @Test
    void aTokenIsToldAndNotStored() {
        withAlice();
        apply();
        EntryDigest before = digest();
        log.entries.clear();
        Log more = new Log();
        while (more.entries.size() < 7) {
            more.noOp();
        }
        more.authenticate("alice", "abc");
        Outcome outcome =
                applier.apply(more.entries.subList(7, 8), _ -> true).getFirst();
        AuthenticateResponse response = (AuthenticateResponse) outcome.response();
        assertEquals("abc.7", assertNotNullAnd(response).getToken());
        assertEquals(new TokenChange.Given("abc.7", "alice"), outcome.token());
        assertEquals(before.tables(), digest().tables());
    }

    private static <T> T assertNotNullAnd(@Nullable T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void usersAndRolesAreInTheDigest() {
        withAlice();
        apply();
        EntryDigest with = digest();
        assertNotEquals(0, with.tables());
        log.entries.clear();
        Log off = new Log();
        while (off.entries.size() < 7) {
            off.noOp();
        }
        off.as("root", 7).authDisable().deleteUser("root").deleteUser("alice").deleteRole("r");
        applier.apply(off.entries.subList(7, off.entries.size()), _ -> false);
        try (ReadTx view = backend.read()) {
            assertTrue(view.all(Table.AUTH_USER).isEmpty());
            assertTrue(view.all(Table.AUTH_ROLE).isEmpty());
            assertEquals(2, view.all(Table.AUTH).size(), "that it was on once is kept");
        }
        assertEquals(11, applier.auth().revision());
    }

    private EntryDigest digest() {
        try (ReadTx view = backend.read()) {
            return view.digest();
        }
    }

    @Test
    void aMemberThatStartsAgainKnowsItsUsers() {
        withAlice();
        apply();
        Applier again = Rooms.applier(backend);
        assertTrue(again.auth().enabled());
        assertEquals(applier.auth().revision(), again.auth().revision());
        assertNotNull(again.auth().user("alice"));
    }

    @Test
    void aDowngradeIsKeptAsEtcdKeepsIt() {
        log.downgrade(true, "3.6.0");
        apply();
        assertEquals("{\"target-version\":\"3.6.0\",\"enabled\":true}", downgrade());
        Log more = new Log().noOp().downgrade(false, "3.6.0");
        applier.apply(more.entries.subList(1, 2), _ -> false);
        assertEquals("{\"target-version\":\"\",\"enabled\":false}", downgrade());
    }

    private String downgrade() {
        try (ReadTx view = backend.read()) {
            ByteString value = view.get(Table.CLUSTER, Log.bytes("downgrade"));
            return value == null ? "" : value.toStringUtf8();
        }
    }
}
