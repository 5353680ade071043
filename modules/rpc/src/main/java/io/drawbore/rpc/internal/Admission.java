package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.rpc.ClientExtensions;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What every call passes before its handler sees it, in etcd's order; the same for gRPC and the gateway. Any thread.
 */
final class Admission {
    private final FrontDoor door;
    private final RpcMetrics metrics;
    private final ClientExtensions.Refusals refusals;

    Admission(FrontDoor door, RpcMetrics metrics, ClientExtensions.Refusals refusals) {
        this.door = door;
        this.metrics = metrics;
        this.refusals = refusals;
    }

    /**
     * Lets a unary request in or throws.
     *
     * @param clientVersion the header {@code client-api-version} or null
     */
    <Q extends Message> void admit(RpcMethod.Unary<Q, ?> method, Q request, Caller caller,
            @Nullable String clientVersion) {
        admit(method, request, method.learner().test(request), caller, clientVersion);
    }

    /** Lets a stream in or throws. */
    void admit(RpcMethod.Streaming<?, ?> method, Caller caller, @Nullable String clientVersion) {
        admit(method, method.emptyRequest(), method.learner(), caller, clientVersion);
    }

    private void admit(RpcMethod<?, ?> method, Message request, boolean learner, Caller caller,
            @Nullable String clientVersion) {
        try {
            if (door.isLearner() && !learner) {
                throw EtcdError.NOT_SUPPORTED_FOR_LEARNER.exception();
            }
            check(method instanceof RpcMethod.Unary ? method.type() : "stream", caller, clientVersion);
        } catch (EtcdException refusal) {
            refusals.refused(method.fullName(), request, caller, refusal);
            throw refusal;
        }
    }

    private void check(String type, Caller caller, @Nullable String clientVersion) {
        String version = clientVersion == null ? "unknown" : utf8(clientVersion);
        metrics.clientRequest(type, version);
        if (caller.requireLeader() && !door.hasLeader()) {
            throw EtcdError.NO_LEADER.exception();
        }
    }

    /** Headers come as one character a byte; a version must be UTF-8. */
    private static String utf8(String header) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1))).toString();
        } catch (CharacterCodingException e) {
            throw EtcdError.INVALID_CLIENT_API_VERSION.exception();
        }
    }

    /** The caller that a request's headers speak of; {@code token} goes before {@code authorization}, as in etcd. */
    static Caller caller(String remote, @Nullable String token, @Nullable String authorization,
            @Nullable String hasLeader) {
        String given = token != null ? token : authorization;
        if (given != null && given.startsWith("Bearer ")) {
            given = given.substring("Bearer ".length());
        }
        return new Caller(remote, given, "true".equals(hasLeader));
    }
}
