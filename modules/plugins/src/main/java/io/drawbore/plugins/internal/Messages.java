package io.drawbore.plugins.internal;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What plug-ins are shown of requests and answers. */
final class Messages {
    private Messages() {}

    /** The request without passwords, hashed ones included. */
    static Message withoutPasswords(Message request) {
        return switch (request) {
            case AuthenticateRequest one -> one.toBuilder().clearPassword().build();
            case AuthUserAddRequest one -> one.toBuilder().clearPassword().clearHashedPassword().build();
            case AuthUserChangePasswordRequest one ->
                one.toBuilder().clearPassword().clearHashedPassword().build();
            default -> request;
        };
    }

    /** The revision in an answer's header; 0 where it has none. */
    static long revision(@Nullable Object answer) {
        if (answer instanceof RangeStreamResponse chunk) {
            return chunk.getRangeResponse().getHeader().getRevision();
        }
        if (answer instanceof Message message) {
            FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
            if (header != null && message.getField(header) instanceof ResponseHeader head) {
                return head.getRevision();
            }
        }
        return 0;
    }

    /** What a future failed with, without its wrapping. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException || cause instanceof ExecutionException) {
            Throwable inner = cause.getCause();
            if (inner == null) {
                return cause;
            }
            cause = inner;
        }
        return cause;
    }
}
