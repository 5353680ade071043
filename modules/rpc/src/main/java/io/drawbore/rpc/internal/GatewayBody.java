package io.drawbore.rpc.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Collects one request's body, of bounded size and counted while it arrives. Jetty's threads read, one at a time. */
final class GatewayBody {
    private final Request request;
    private final int maxBytes;
    private final HeldBytes.Share share;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    // Guarded by this.
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private GatewayBody(Request request, int maxBytes, HeldBytes held) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.share = held.open(this::giveUp);
    }

    /**
     * The body; fails with a status where it is too large or too slow, else with what reading it failed with. Whoever
     * cancels it wants no more of it.
     */
    static CompletableFuture<byte[]> read(Request request, int maxBytes, HeldBytes held) {
        GatewayBody body = new GatewayBody(request, maxBytes, held);
        var _ = body.whole.whenComplete((_, failure) -> {
            if (failure instanceof CancellationException given) {
                body.fail(given);
            }
        });
        body.read();
        return body.whole;
    }

    private void read() {
        while (!whole.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            try {
                take(chunk.getByteBuffer());
            } finally {
                chunk.release();
            }
            if (last) {
                complete();
                return;
            }
        }
    }

    private void take(ByteBuffer chunk) {
        int count = chunk.remaining();
        synchronized (this) {
            if (bytes.size() + (long) count > maxBytes) {
                bytes = new ByteArrayOutputStream(0);
                whole.completeExceptionally(Statuses.tooLarge(maxBytes + 1L, maxBytes));
            } else {
                byte[] copy = new byte[count];
                chunk.get(copy);
                bytes.writeBytes(copy);
            }
        }
        if (whole.isDone()) {
            share.releaseAll();
        } else {
            share.add(count);
        }
    }

    private void complete() {
        share.releaseAll();
        byte[] all;
        synchronized (this) {
            all = bytes.toByteArray();
            bytes = new ByteArrayOutputStream(0);
        }
        whole.complete(all);
    }

    private void giveUp() {
        fail(Statuses.tooSlow().exception());
    }

    private void fail(Throwable cause) {
        share.releaseAll();
        synchronized (this) {
            bytes = new ByteArrayOutputStream(0);
        }
        whole.completeExceptionally(cause);
    }
}
