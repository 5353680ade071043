package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;

/**
 * How a call ends.
 *
 * @param text for people; empty with {@code OK}
 */
record RpcStatus(StatusCode code, String text) {
    static final RpcStatus OK = new RpcStatus(StatusCode.OK, "");
    static final RpcStatus DEADLINE = new RpcStatus(StatusCode.DEADLINE_EXCEEDED, "context deadline exceeded");
    static final RpcStatus CANCELED = new RpcStatus(StatusCode.CANCELLED, "context canceled");

    static RpcStatus of(EtcdException error) {
        return new RpcStatus(error.code(), error.text());
    }

    /** The status as what a request may fail with. */
    EtcdException exception() {
        return new EtcdException(code, text);
    }
}
