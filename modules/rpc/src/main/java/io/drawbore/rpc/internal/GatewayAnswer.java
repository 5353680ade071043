package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/** Writes the answer of a unary call piece by piece, and counts it as held until the client has taken it. */
final class GatewayAnswer extends IteratingCallback {
    private final Response response;
    private final HeldBytes.Share share;
    private final Callback callback;
    // Owned by the thread in process().
    private final JsonPrinter printer;

    private GatewayAnswer(Message message, Response response, HeldBytes.Share share, Callback callback) {
        this.printer = new JsonPrinter("", message, "");
        this.response = response;
        this.share = share;
        this.callback = callback;
    }

    /** Sends it with status 200. */
    static void send(Message message, Response response, HeldBytes.Share share, Callback callback) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(Gateway.METADATA_CONTENT_TYPE);
        int bytes = message.getSerializedSize();
        if (bytes >= HeldBytes.COUNTED_FROM) {
            share.add(bytes);
        }
        new GatewayAnswer(message, response, share, callback).iterate();
    }

    @Override
    protected Action process() {
        if (printer.isDone()) {
            return Action.SUCCEEDED;
        }
        ByteBuffer piece = printer.next();
        response.write(printer.isDone(), piece, this);
        return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
        share.releaseAll();
        callback.succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        share.releaseAll();
        callback.failed(cause);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
