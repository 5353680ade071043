package io.drawbore.peer.internal;

import io.drawbore.membership.MemberIds;
import io.drawbore.metrics.Counter;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The ways to one other member and from it. It asks us for the streams in which we send, we ask it for those in which
 * it sends; without streams messages go as requests of their own.
 */
final class RemotePeer {
    private final Link link;
    private final long id;
    private final Addresses addresses;
    private final PeerStatus status;
    private final Map<StreamKind, DialedStream> dialed = new EnumMap<>(StreamKind.class);
    private final Pipeline pipeline;
    private final Counter sentBytes;
    private final Counter sentFailures;

    private volatile @Nullable Appends appends;
    private volatile @Nullable OutgoingStream messages;
    private volatile boolean stopped;

    /** The stream of appends, and where it stands. */
    private record Appends(OutgoingStream stream, AppendFrames.Encoder encoder) {}

    RemotePeer(Link link, long id, List<String> urls) {
        this.link = link;
        this.id = id;
        addresses = new Addresses(urls);
        String hex = MemberIds.hex(id);
        status = new PeerStatus(id, link.workers(), link.metrics().disconnected(link.local(), hex));
        for (StreamKind kind : StreamKind.values()) {
            dialed.put(kind, new DialedStream(link, kind, id, addresses, status));
        }
        pipeline = new Pipeline(link, id, addresses, status);
        sentBytes = link.metrics().sentBytes(hex);
        sentFailures = link.metrics().sentFailures(hex);
        link.metrics().active(link.local(), id, () -> status.isActive() ? 1 : 0);
    }

    void start() {
        dialed.values().forEach(DialedStream::start);
    }

    void stop() {
        stopped = true;
        dialed.values().forEach(DialedStream::stop);
        pipeline.stop();
        Appends left = appends;
        if (left != null) {
            left.stream.close();
        }
        OutgoingStream other = messages;
        if (other != null) {
            other.close();
        }
    }

    long id() {
        return id;
    }

    Addresses addresses() {
        return addresses;
    }

    PeerStatus status() {
        return status;
    }

    OptionalLong activeSince() {
        return status.activeSince();
    }

    // ---- what we send

    /**
     * Takes a message, which {@link #flush} will send; one that finds no way is lost, and raft hears of it. Raft thread
     * only.
     */
    void add(Message message, AppendFrames.Shared shared) {
        if (!offer(message, shared)) {
            sentFailures.increment();
            link.member().unreachable(id);
        }
    }

    private boolean offer(Message message, AppendFrames.Shared shared) {
        Appends ofAppends = appends;
        if (ofAppends != null && message.getType() == MessageType.MsgApp) {
            boolean room = ofAppends.stream.hasRoom();
            if (room) {
                ofAppends.stream.add(ofAppends.encoder.encode(message, shared));
            }
            return room;
        }
        OutgoingStream ofMessages = messages;
        if (ofMessages != null) {
            boolean room = ofMessages.hasRoom();
            if (room) {
                ofMessages.add(MessageFrames.encode(message));
            }
            return room;
        }
        return pipeline.send(message);
    }

    /** Sends what was taken. Never waits. */
    void flush() {
        Appends ofAppends = appends;
        if (ofAppends != null) {
            ofAppends.stream.flush();
        }
        OutgoingStream ofMessages = messages;
        if (ofMessages != null) {
            ofMessages.flush();
        }
    }

    /** Keeps both streams alive, and ends one that the other side has stopped to read. */
    void keepAlive() {
        Appends ofAppends = appends;
        if (ofAppends != null) {
            ofAppends.stream.keepAlive(AppendFrames.heartbeat(), DialedStream.SILENCE);
        }
        OutgoingStream ofMessages = messages;
        if (ofMessages != null) {
            ofMessages.keepAlive(MessageFrames.heartbeat(), DialedStream.SILENCE);
        }
    }

    /** The other member asks for a stream: it is the one from now on, and ends the one before. */
    void attach(StreamKind kind, Response response, Callback callback, EndPoint connection) {
        OutgoingStream stream = new OutgoingStream(
                response, callback, connection, link.workers(), sentBytes, failure -> ended(kind, connection, failure));
        OutgoingStream before;
        synchronized (this) {
            before = current(kind);
            if (kind == StreamKind.APPENDS) {
                appends = new Appends(stream, new AppendFrames.Encoder());
            } else {
                messages = stream;
            }
        }
        if (before != null) {
            before.close();
        }
        stream.flush();
        if (stopped) {
            stream.close();
        }
        status.activate();
        dialed.values().forEach(DialedStream::hurry);
    }

    private @Nullable OutgoingStream current(StreamKind kind) {
        Appends ofAppends = appends;
        return kind == StreamKind.MESSAGES ? messages : ofAppends == null ? null : ofAppends.stream;
    }

    private void ended(StreamKind kind, EndPoint connection, @Nullable Throwable failure) {
        synchronized (this) {
            OutgoingStream now = current(kind);
            if (now == null || !now.isOn(connection)) {
                return;
            }
            if (kind == StreamKind.APPENDS) {
                appends = null;
            } else {
                messages = null;
            }
        }
        if (failure != null) {
            sentFailures.increment();
            status.deactivate(failure.toString());
            link.member().unreachable(id);
        }
    }
}
