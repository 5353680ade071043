package io.drawbore.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.api.Table;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGetResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListResponse;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetResponse;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListResponse;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthCommandsTest {
    private final Story story = new Story();

    private User user(String name) {
        return given(story.state.user(name));
    }

    private Role role(String name) {
        return given(story.state.role(name));
    }

    private static <T> T given(@Nullable T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void itIsTurnedOnOnlyWithARootWhoHasTheRootRole() {
        assertEquals(EtcdError.ROOT_USER_NOT_EXIST.text(), story.enable());
        story.addUser("root");
        assertEquals(EtcdError.ROOT_ROLE_NOT_EXIST.text(), story.enable());
        assertNull(story.grantRole("root", "root"));
        assertNull(story.enable());
        assertTrue(story.state.enabled());
        assertNull(story.enable(), "twice is once");
        assertEquals(3, story.state.revision(), "turning on raises nothing");
    }

    @Test
    void turningItOffRaisesTheRevisionAndEndsAllTokens() {
        assertNull(story.disable());
        assertEquals(1, story.state.revision());
        story.enabled();
        assertNull(story.disable());
        assertFalse(story.state.enabled());
        assertEquals(4, story.state.revision());
        assertEquals(List.of(new TokenChange.AllGone()), story.tokens);
    }

    @Test
    void aUserIsStoredAsEtcdStoresIt() {
        story.addUser("al", Story.hash("pw"));
        assertEquals(Table.AUTH_USER, story.written.getFirst().table());
        assertEquals(Story.bytes("al"), story.written.getFirst().key());
        assertEquals(
                "0a02616c" + "12027077" + "2200",
                HexFormat.of().formatHex(
                        given(story.written.getFirst().value()).toByteArray()));
        assertEquals(AuthTables.REVISION, story.written.get(1).key());
        assertEquals(AuthTables.number(2), story.written.get(1).value());
    }

    @Test
    void usersHaveNamesOfTheirOwn() {
        assertEquals(EtcdError.USER_EMPTY.text(), story.addUser(""));
        assertNull(story.addUser("alice"));
        assertEquals(EtcdError.USER_ALREADY_EXIST.text(), story.addUser("alice"));
        assertEquals(EtcdError.USER_NOT_FOUND.text(), story.deleteUser("bob"));
        assertEquals(EtcdError.USER_NOT_FOUND.text(), story.changePassword("bob", ""));
        assertEquals(EtcdError.USER_NOT_FOUND.text(), story.grantRole("bob", "root"));
        assertEquals(EtcdError.USER_NOT_FOUND.text(), story.revokeRole("bob", "root"));
        assertEquals(2, story.state.revision());
    }

    @Test
    void aHashThatIsNoneIsRefusedAsEtcdRefusesIt() {
        assertEquals("auth: authentication failed, password was given for no password user", story.addUser("a", "?"));
        assertEquals(EtcdError.NO_PASSWORD_USER.text(), story.addUser("a", "YQ"), "without its padding");
        assertEquals(StatusCode.UNKNOWN, EtcdError.NO_PASSWORD_USER.code());
        assertNull(story.addUser("a", "YQ\r\n=="));
        assertEquals(Story.bytes("a"), user("a").getPassword());
        assertNull(story.addUser("b", ""));
        assertEquals(ByteString.EMPTY, user("b").getPassword());
    }

    @Test
    void aUserWithoutPasswordNeverGetsOneAndIsNeverKnownByIt() {
        story.enabled();
        story.addUserWithoutPassword("cn");
        assertNull(story.changePassword("cn", Story.hash("x")));
        assertEquals(ByteString.EMPTY, user("cn").getPassword());
        assertTrue(user("cn").getOptions().getNoPassword());
        assertEquals(EtcdError.AUTH_FAILED.text(), story.authenticate("cn", "t"));
    }

    @Test
    void anotherPasswordEndsTheTokensAndKeepsTheRoles() {
        story.addUser("alice");
        story.addRole("r");
        story.grantRole("alice", "r");
        assertNull(story.changePassword("alice", Story.hash("other")));
        assertEquals(Story.bytes("other"), user("alice").getPassword());
        assertEquals(List.of("r"), user("alice").getRolesList());
        assertEquals(List.of(new TokenChange.UserGone("alice")), story.tokens);
    }

    @Test
    void rootCannotBeLostWhileItIsOn() {
        story.addRole("root");
        story.enabled();
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.deleteUser("root"));
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.revokeRole("root", "root"));
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.deleteRole("root"));
        story.disable();
        assertNull(story.deleteRole("root"));
        assertEquals(List.of(), user("root").getRolesList());
        assertNull(story.deleteUser("root"));
    }

    @Test
    void rolesOfAUserAreSortedByTheirBytesAndEachIsThereOnce() {
        story.addUser("alice");
        // a character beyond Java's chars sorts behind U+FFxx by its bytes, before it by Java's order
        for (String role : List.of("b", "\uD83D\uDE00", "\uFF5E", "a")) {
            story.addRole(role);
            assertNull(story.grantRole("alice", role));
        }
        long before = story.state.revision();
        assertNull(story.grantRole("alice", "b"));
        assertEquals(before, story.state.revision(), "what is there already raises nothing");
        assertEquals(List.of("a", "b", "\uFF5E", "\uD83D\uDE00"), user("alice").getRolesList());
        assertEquals(EtcdError.ROLE_NOT_FOUND.text(), story.grantRole("alice", "none"));
        assertNull(story.grantRole("alice", "root"), "the role root needs not be there");
        assertNull(story.revokeRole("alice", "b"));
        assertEquals(EtcdError.ROLE_NOT_GRANTED.text(), story.revokeRole("alice", "b"));
    }

    @Test
    void aRoleThatGoesIsTakenFromAll() {
        for (String name : List.of("alice", "bob", "carol")) {
            story.addUser(name);
        }
        assertEquals(EtcdError.ROLE_EMPTY.text(), story.addRole(""));
        story.addRole("r");
        assertEquals(EtcdError.ROLE_ALREADY_EXIST.text(), story.addRole("r"));
        story.grantRole("alice", "r");
        story.grantRole("carol", "r");
        long before = story.state.revision();
        assertNull(story.deleteRole("r"));
        assertEquals(before + 1, story.state.revision());
        assertEquals(List.of(), user("alice").getRolesList());
        assertEquals(EtcdError.ROLE_NOT_FOUND.text(), story.deleteRole("r"));
    }

    @Test
    void permissionsStandInTheOrderOfTheirKeys() {
        story.addRole("r");
        story.permit("r", Permission.Type.READ, "b", "c");
        story.permit("r", Permission.Type.READ, "a", "");
        story.permit("r", Permission.Type.WRITE, "b", "d");
        story.permit("r", Permission.Type.READWRITE, "b", "c");
        assertEquals(
                List.of("READ a ", "READWRITE b c", "WRITE b d"),
                permissions());
        story.permit("r", Permission.Type.READ, "b", "d");
        assertEquals(
                List.of("READ a ", "READWRITE b c", "WRITE b d", "READ b d"),
                permissions(),
                "only the first of a key is changed, as in etcd");
        assertNull(story.forbid("r", "b", "d"));
        assertEquals(List.of("READ a ", "READWRITE b c"), permissions());
        assertEquals(EtcdError.PERMISSION_NOT_GRANTED.text(), story.forbid("r", "b", "x"));
    }

    private List<String> permissions() {
        return role("r").getKeyPermissionList().stream()
                .map(one -> one.getPermType() + " " + one.getKey().toStringUtf8() + " "
                        + one.getRangeEnd().toStringUtf8())
                .toList();
    }

    @Test
    void aPermissionIsOnARange() {
        story.addRole("r");
        assertEquals(EtcdError.PERMISSION_NOT_GIVEN.text(), story.permitNothing("r"));
        assertEquals(EtcdError.PERMISSION_NOT_GIVEN.text(), story.permitNothing("none"));
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.permit("r", Permission.Type.READ, "", ""));
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.permit("r", Permission.Type.READ, "b", "b"));
        assertEquals(EtcdError.INVALID_AUTH_MGMT.text(), story.permit("none", Permission.Type.READ, "b", "a"));
        assertEquals(EtcdError.ROLE_NOT_FOUND.text(), story.permit("none", Permission.Type.READ, "a", "b"));
        assertEquals(EtcdError.ROLE_NOT_FOUND.text(), story.forbid("none", "a", "b"));
        assertNull(story.permit("r", Permission.Type.READ, "b", "\0"));
    }

    @Test
    void aTokenNamesTheEntryBeforeTheOneThatGaveIt() {
        assertEquals(EtcdError.AUTH_NOT_ENABLED.text(), story.authenticate("root", "abc"));
        story.enabled();
        assertEquals(EtcdError.AUTH_FAILED.text(), story.authenticate("nobody", "abc"));
        AuthenticateResponse answer = (AuthenticateResponse) story.answer(new Command.Auth.Authenticate(
                InternalAuthenticateRequest.newBuilder()
                        .setName("root")
                        .setSimpleToken("abc")
                        .build()));
        assertEquals("abc.5", answer.getToken());
        assertEquals(7, answer.getHeader().getRevision());
        assertEquals(List.of(new TokenChange.Given("abc.5", "root")), story.tokens);
    }

    @Test
    void whatIsStoredIsTold() {
        story.addUser("bob");
        story.enabled();
        story.addRole("r");
        story.addRole("root");
        story.permit("r", Permission.Type.READ, "a", "b");
        story.grantRole("bob", "r");
        AuthStatusResponse status =
                (AuthStatusResponse) story.answer(new Command.Auth.Status(AuthStatusRequest.getDefaultInstance()));
        assertTrue(status.getEnabled());
        assertEquals(8, status.getAuthRevision());
        assertEquals(
                List.of("bob", "root"),
                ((AuthUserListResponse) story.answer(
                                new Command.Auth.UserList(AuthUserListRequest.getDefaultInstance())))
                        .getUsersList());
        assertEquals(
                List.of("r", "root"),
                ((AuthRoleListResponse) story.answer(
                                new Command.Auth.RoleList(AuthRoleListRequest.getDefaultInstance())))
                        .getRolesList());
        assertEquals(List.of("r"), ((AuthUserGetResponse) story.answer(userGet("bob"))).getRolesList());
        assertEquals(1, ((AuthRoleGetResponse) story.answer(roleGet("r"))).getPermCount());
        Permission all = ((AuthRoleGetResponse) story.answer(roleGet("root"))).getPerm(0);
        assertEquals("READWRITE  \0", all.getPermType() + " " + all.getKey().toStringUtf8() + " "
                + all.getRangeEnd().toStringUtf8());
        assertThrows(EtcdException.class, () -> story.answer(userGet("x")));
        assertThrows(EtcdException.class, () -> story.answer(roleGet("x")));
    }

    private static Command.Auth userGet(String name) {
        return new Command.Auth.UserGet(
                AuthUserGetRequest.newBuilder().setName(name).build());
    }

    private static Command.Auth roleGet(String name) {
        return new Command.Auth.RoleGet(
                AuthRoleGetRequest.newBuilder().setRole(name).build());
    }
}
