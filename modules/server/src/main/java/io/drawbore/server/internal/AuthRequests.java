package io.drawbore.server.internal;

import com.google.protobuf.Message;
import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.apply.Applier;
import io.drawbore.auth.AuthState;
import io.drawbore.auth.Requester;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthDisableResponse;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGetResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusResponse;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddResponse;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordResponse;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleResponse;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListResponse;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that speak of users and roles. Any thread. */
public final class AuthRequests implements AuthDoor {
    private static final Logger LOG = LoggerFactory.getLogger(AuthRequests.class);

    /** Of a token, before its number, as in etcd. */
    private static final int TOKEN_LETTERS = 16;

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final Applier applier;
    private final Proposals proposals;
    private final Reads reads;
    private final Guard guard;
    private final Identities identities;
    private final Headers headers;
    private final Passwords passwords;
    private final RandomGenerator random;

    /**
     * Requests to one member.
     *
     * @param random draws tokens that nobody can guess
     */
    public AuthRequests(
            Applier applier,
            Proposals proposals,
            Reads reads,
            Guard guard,
            Identities identities,
            Headers headers,
            Passwords passwords,
            RandomGenerator random) {
        this.applier = applier;
        this.proposals = proposals;
        this.reads = reads;
        this.guard = guard;
        this.identities = identities;
        this.headers = headers;
        this.passwords = passwords;
        this.random = random;
    }

    /** What is checked is as new as the request; where users changed before the token was given, it is done again. */
    @Override
    public CompletableFuture<AuthenticateResponse> authenticate(AuthenticateRequest request, Caller caller) {
        return reads.proof().thenCompose(_ -> {
            AuthState auth = applier.auth();
            return check(auth, request)
                    .thenCompose(_ -> propose(
                            InternalRaftRequest.newBuilder()
                                    .setAuthenticate(InternalAuthenticateRequest.newBuilder()
                                            .setName(request.getName())
                                            .setSimpleToken(letters())),
                            Requester.NOBODY,
                            AuthenticateResponse.class))
                    .thenCompose(answer -> {
                        if (applier.auth().revision() != auth.revision()) {
                            LOG.info("revision when password checked became stale; retrying");
                            return authenticate(request, caller);
                        }
                        return identities.answer(answer, request.getName(), auth.revision());
                    });
        });
    }

    private CompletableFuture<Void> check(AuthState auth, AuthenticateRequest request) {
        if (!auth.enabled()) {
            return CompletableFuture.failedFuture(EtcdError.AUTH_NOT_ENABLED.exception());
        }
        User user = auth.user(request.getName());
        if (user == null) {
            return CompletableFuture.failedFuture(EtcdError.AUTH_FAILED.exception());
        }
        return user.getOptions().getNoPassword()
                ? CompletableFuture.failedFuture(EtcdError.NO_PASSWORD_USER.exception())
                : passwords.check(request.getPassword(), user.getPassword());
    }

    private String letters() {
        StringBuilder letters = new StringBuilder();
        random.ints(TOKEN_LETTERS, 0, LETTERS.length()).forEach(i -> letters.append(LETTERS.charAt(i)));
        return letters.toString();
    }

    @Override
    public CompletableFuture<AuthUserAddResponse> userAdd(AuthUserAddRequest request, Caller caller) {
        CompletableFuture<AuthUserAddRequest> hashed = request.getOptions().getNoPassword()
                ? CompletableFuture.completedFuture(request)
                : passwords.hash(request.getPassword()).thenApply(hash -> request.toBuilder()
                        .clearPassword()
                        .setHashedPassword(hash)
                        .build());
        return hashed.thenCompose(with -> ask(
                        caller, InternalRaftRequest.newBuilder().setAuthUserAdd(with), AuthUserAddResponse.class));
    }

    @Override
    public CompletableFuture<AuthUserChangePasswordResponse> userChangePassword(
            AuthUserChangePasswordRequest request, Caller caller) {
        CompletableFuture<AuthUserChangePasswordRequest> hashed = request.getPassword().isEmpty()
                ? CompletableFuture.completedFuture(request)
                : passwords.hash(request.getPassword()).thenApply(hash -> request.toBuilder()
                        .clearPassword()
                        .setHashedPassword(hash)
                        .build());
        return hashed.thenCompose(with -> ask(
                        caller,
                        InternalRaftRequest.newBuilder().setAuthUserChangePassword(with),
                        AuthUserChangePasswordResponse.class));
    }

    @Override
    public CompletableFuture<AuthEnableResponse> enable(AuthEnableRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthEnable(request), AuthEnableResponse.class);
    }

    @Override
    public CompletableFuture<AuthDisableResponse> disable(AuthDisableRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthDisable(request), AuthDisableResponse.class);
    }

    @Override
    public CompletableFuture<AuthStatusResponse> status(AuthStatusRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthStatus(request), AuthStatusResponse.class);
    }

    @Override
    public CompletableFuture<AuthUserGetResponse> userGet(AuthUserGetRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthUserGet(request), AuthUserGetResponse.class);
    }

    @Override
    public CompletableFuture<AuthUserListResponse> userList(AuthUserListRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthUserList(request), AuthUserListResponse.class);
    }

    @Override
    public CompletableFuture<AuthUserDeleteResponse> userDelete(AuthUserDeleteRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthUserDelete(request), AuthUserDeleteResponse.class);
    }

    @Override
    public CompletableFuture<AuthUserGrantRoleResponse> userGrantRole(AuthUserGrantRoleRequest request, Caller caller) {
        return ask(
                        caller, InternalRaftRequest.newBuilder().setAuthUserGrantRole(request),
                        AuthUserGrantRoleResponse.class);
    }

    @Override
    public CompletableFuture<AuthUserRevokeRoleResponse> userRevokeRole(
            AuthUserRevokeRoleRequest request, Caller caller) {
        return ask(
                        caller, InternalRaftRequest.newBuilder().setAuthUserRevokeRole(request),
                        AuthUserRevokeRoleResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleAddResponse> roleAdd(AuthRoleAddRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthRoleAdd(request), AuthRoleAddResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleGetResponse> roleGet(AuthRoleGetRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthRoleGet(request), AuthRoleGetResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleListResponse> roleList(AuthRoleListRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthRoleList(request), AuthRoleListResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleDeleteResponse> roleDelete(AuthRoleDeleteRequest request, Caller caller) {
        return ask(caller, InternalRaftRequest.newBuilder().setAuthRoleDelete(request), AuthRoleDeleteResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleGrantPermissionResponse> roleGrantPermission(
            AuthRoleGrantPermissionRequest request, Caller caller) {
        return ask(
                        caller, InternalRaftRequest.newBuilder().setAuthRoleGrantPermission(request),
                        AuthRoleGrantPermissionResponse.class);
    }

    @Override
    public CompletableFuture<AuthRoleRevokePermissionResponse> roleRevokePermission(
            AuthRoleRevokePermissionRequest request, Caller caller) {
        return ask(
                        caller, InternalRaftRequest.newBuilder().setAuthRoleRevokePermission(request),
                        AuthRoleRevokePermissionResponse.class);
    }

    private <T extends Message> CompletableFuture<T> ask(
            Caller caller, InternalRaftRequest.Builder request, Class<T> type) {
        return guard.admit(caller, requester -> propose(request, requester, type));
    }

    private <T extends Message> CompletableFuture<T> propose(
            InternalRaftRequest.Builder request, Requester requester, Class<T> type) {
        return proposals
                .propose(request, requester)
                .thenApply(outcome -> headers.filled(Proposals.answer(outcome, type), type));
    }
}
