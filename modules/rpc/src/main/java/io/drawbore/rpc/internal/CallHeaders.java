package io.drawbore.rpc.internal;

import io.drawbore.api.Caller;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** The metadata of a call, as far as etcd reads it. */
record CallHeaders(HttpFields fields) {
    Caller caller(String remote) {
        return Admission.caller(remote, fields.get("token"), fields.get("authorization"), fields.get("hasleader"));
    }

    @Nullable String clientVersion() {
        return fields.get("client-api-version");
    }
}
