package io.drawbore.peer.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.membership.MemberIds;
import io.drawbore.server.MemberSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ByteBufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends snapshots: the message as a frame, and all bytes of the file. Any thread; never waits. */
public final class SnapshotUpload {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotUpload.class);

    /** Neither bytes nor an answer for so long: it won't come any more. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int ANSWER_BYTES = 4_096;

    private final Link link;
    private final PeerTable peers;
    private final Vfs vfs;

    SnapshotUpload(Link link, PeerTable peers, Vfs vfs) {
        this.link = link;
        this.peers = peers;
        this.vfs = vfs;
    }

    /** See {@link io.drawbore.server.Peers#sendSnapshot}. */
    public CompletableFuture<Void> send(MemberSnapshot snapshot) {
        long to = snapshot.message().getTo();
        RemotePeer peer = peers.find(to);
        if (peer == null) {
            return CompletableFuture.failedFuture(new IOException("member " + MemberIds.hex(to) + " is not known"));
        }
        InputStream body;
        try {
            body = body(snapshot);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        long start = link.workers().nanoTime();
        Request request = UnixUrl.request(link.client(), peer.addresses().pick())
                .method(HttpMethod.POST)
                .path(PeerPaths.SNAPSHOT)
                .idleTimeout(SILENCE.toMillis(), TimeUnit.MILLISECONDS)
                .headers(headers -> {
                    link.local().introduce(headers);
                    if (!snapshot.sha256().isEmpty()) {
                        headers.put(
                                PeerPaths.SNAPSHOT_SHA256,
                                HexFormat.of().formatHex(snapshot.sha256().toByteArray()));
                    }
                })
                .body(new InputStreamRequestContent(
                        PeerPaths.BYTES,
                        body,
                        new ByteBufferPool.Sized(link.client().getByteBufferPool(), false, CHUNK_BYTES)));
        LOG.atInfo().addKeyValue("to", MemberIds.hex(to)).log("sending database snapshot");
        request.send(new BufferingResponseListener(ANSWER_BYTES) {
            @Override
            public void onComplete(Result result) {
                close(body);
                done(peer, start, sent, result, String.valueOf(getContentAsString()));
            }
        });
        var _ = sent.whenComplete((_, _) -> {
            if (sent.isCancelled()) {
                var _ = request.abort(new IOException("the snapshot took too long"));
            }
        });
        return sent;
    }

    private void done(RemotePeer peer, long start, CompletableFuture<Void> sent, Result result, String answer) {
        String to = MemberIds.hex(peer.id());
        Throwable failure = result.getFailure();
        int status = failure == null ? result.getResponse().getStatus() : 0;
        if (status == Status.NO_CONTENT) {
            link.metrics().sending().successes().with(to).increment();
            link.metrics().sending().seconds().with(to).observeSince(start);
            peer.status().activate();
            LOG.atInfo().addKeyValue("to", to).log("sent database snapshot");
            sent.complete(null);
            return;
        }
        link.metrics().sending().failures().with(to).increment();
        if (status == Status.FORBIDDEN && answer.contains(Pipeline.REMOVED)) {
            link.member().toldRemoved();
        }
        sent.completeExceptionally(failure == null ? new IOException(status + " " + answer.strip()) : failure);
    }

    private InputStream body(MemberSnapshot snapshot) throws IOException {
        return new SequenceInputStream(
                new ByteArrayInputStream(MessageFrames.encode(snapshot.message())),
                new FileInput(vfs.open(snapshot.file(), Vfs.Mode.READ)));
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("a snapshot's file could not be closed", e);
        }
    }

    /** A file from its beginning to its end. */
    private static final class FileInput extends InputStream {
        private final VfsFile file;
        private long at;

        FileInput(VfsFile file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = file.read(ByteBuffer.wrap(into, offset, length), at);
            at += count;
            return count == 0 && length > 0 ? -1 : count;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
