package io.drawbore.peer.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.membership.MemberIds;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.server.MemberSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes snapshots: the message as a frame, and then the bytes of the file. On the thread of who asks. */
final class SnapshotDownload {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDownload.class);

    /** Snapshots that come in at once; others are told to come again. */
    static final int MOST_AT_ONCE = 2;

    /** The message in front of the file, as in etcd. */
    static final int MOST_MESSAGE_BYTES = 64 << 20;

    /**
     * An etcd waits five seconds for the answer once it has sent all. What has come whole is taken then; where the look
     * at it finds it damaged later, the leader hears that by what raft says.
     */
    private static final Duration PATIENCE_OF_ETCD = Duration.ofSeconds(4);

    private static final int CHUNK_BYTES = 256 * 1024;

    private final Link link;
    private final Vfs vfs;
    private final Refusals refusals;
    private final AtomicInteger underWay = new AtomicInteger();

    SnapshotDownload(Link link, Vfs vfs, Refusals refusals) {
        this.link = link;
        this.vfs = vfs;
        this.refusals = refusals;
    }

    void handle(Request request, Response response, Callback callback) {
        if (underWay.incrementAndGet() > MOST_AT_ONCE) {
            underWay.decrementAndGet();
            Reply.error(response, callback, Status.UNAVAILABLE, "too many snapshots are coming in");
            return;
        }
        try {
            take(request, response, callback);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void take(Request request, Response response, Callback callback) {
        long start = link.workers().nanoTime();
        String from = "unknown";
        try (InputStream body = Content.Source.asInputStream(request)) {
            Message message = message(body);
            from = MemberIds.hex(message.getFrom());
            if (message.getType() != MessageType.MsgSnap) {
                refuse(request, response, callback, from, Status.BAD_REQUEST, "wrong raft message type");
                return;
            }
            if (message.getTo() != link.local().memberId()) {
                refuse(request, response, callback, from, Status.PRECONDITION_FAILED, PeerRoutes.OTHER_RECEIVER);
                return;
            }
            if (link.member().isRemoved(message.getFrom())) {
                refusals.tell(from, Pipeline.REMOVED);
                PeerRoutes.forbid(response, callback);
                return;
            }
            LOG.atInfo()
                    .addKeyValue("from", from)
                    .addKeyValue("index", message.getSnapshot().getMetadata().getIndex())
                    .log("receiving database snapshot");
            ByteString digest = digest(request);
            Path file = link.member().newSnapshotFile();
            long bytes = save(body, file);
            link.metrics().receivedBytes(from).add(bytes);
            hand(new MemberSnapshot(message, file, digest), request, start, response, callback);
        } catch (FrameException | InvalidProtocolBufferException e) {
            refuse(request, response, callback, from, Status.BAD_REQUEST,
                    "failed to decode raft message (" + e.getMessage() + ")");
        } catch (IOException | RuntimeException e) {
            refuse(request, response, callback, from, Status.INTERNAL_ERROR,
                    "failed to save KV snapshot (" + e.getMessage() + ")");
        }
    }

    private static Message message(InputStream body) throws IOException {
        byte[] head = body.readNBytes(Long.BYTES);
        long length = head.length < Long.BYTES ? 0 : ByteBuffer.wrap(head).getLong();
        if (length < 0 || length > MOST_MESSAGE_BYTES) {
            throw new FrameException("a message of " + Long.toUnsignedString(length) + " bytes is announced");
        }
        byte[] bytes = body.readNBytes((int) length);
        if (head.length < Long.BYTES || bytes.length < length) {
            throw new FrameException("it ends before its message does");
        }
        return Message.parseFrom(bytes);
    }

    private static ByteString digest(Request request) throws FrameException {
        String said = request.getHeaders().get(PeerPaths.SNAPSHOT_SHA256);
        try {
            return said == null
                    ? ByteString.EMPTY
                    : ByteString.copyFrom(HexFormat.of().parseHex(said));
        } catch (IllegalArgumentException e) {
            throw new FrameException("the digest is no hex", e);
        }
    }

    /** Writes the file; where that fails, deletes it. */
    private long save(InputStream body, Path path) throws IOException {
        long at = 0;
        try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                file.write(ByteBuffer.wrap(chunk, 0, count), at);
                at += count;
            }
            return at;
        } catch (IOException | RuntimeException e) {
            delete(path);
            throw e;
        }
    }

    private void delete(Path path) {
        try {
            if (vfs.exists(path)) {
                vfs.delete(path);
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", path).log("part of a snapshot could not be deleted: {}", e.getMessage());
        }
    }

    private void hand(
            MemberSnapshot snapshot, Request request, long start, Response response, Callback callback) {
        String from = MemberIds.hex(snapshot.message().getFrom());
        CompletableFuture<Void> answer = new CompletableFuture<>();
        var _ = link.member().receiveSnapshot(snapshot).whenComplete((_, failure) -> {
            if (failure == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        if (snapshot.sha256().isEmpty()) {
            link.workers().after(PATIENCE_OF_ETCD, () -> answer.complete(null));
        }
        var _ = answer.whenComplete((_, failure) -> {
            if (failure == null) {
                link.metrics().receiving().successes().with(from).increment();
                link.metrics().receiving().seconds().with(from).observeSince(start);
                Reply.noContent(response, callback);
            } else {
                refuse(request, response, callback, from, Status.INTERNAL_ERROR,
                        "failed to process raft message (" + failure.getMessage() + ")");
            }
        });
    }

    private void refuse(
            Request request, Response response, Callback callback, String from, int status, String why) {
        link.metrics().receiving().failures().with(from).increment();
        refusals.tell(Request.getRemoteAddr(request), "a snapshot of " + from + ": " + why);
        Reply.error(response, callback, status, why);
    }
}
