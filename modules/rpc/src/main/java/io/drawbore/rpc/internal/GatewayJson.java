package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.io.IOException;

/**
 * Requests and errors as the gateway reads and writes them: unknown names are overlooked, and both spellings of a name
 * are read.
 */
final class GatewayJson {
    private GatewayJson() {}

    /** Reads a request; an empty text is an empty request. */
    // The builder of a message's default instance makes messages of that very class.
    @SuppressWarnings("unchecked")
    static <Q extends Message> Q parse(String json, Q emptyRequest) {
        Message.Builder builder = emptyRequest.newBuilderForType();
        if (!json.isBlank()) {
            try {
                JsonRequests.merge(json, builder);
            } catch (IOException e) {
                throw new EtcdException(StatusCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
            }
        }
        return (Q) builder.build();
    }

    /** The body of an error. */
    static String error(RpcStatus status) {
        return "{\"code\":" + status.code().number() + ",\"message\":" + JsonPrinter.quote(status.text()) + "}";
    }

    /** The HTTP status that stands for a status of gRPC. */
    static int httpStatus(StatusCode code) {
        return switch (code) {
            case OK -> 200;
            case CANCELLED -> 499;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }
}
