package io.drawbore.peer.internal;

import io.drawbore.membership.MemberIds;
import io.drawbore.metrics.Counter;
import io.drawbore.proto.raftpb.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the two streams in which another member sends its messages: asked for, read, and asked for again when it ends.
 * What comes in is read on Jetty's threads and handed to the member at once.
 */
final class DialedStream {
    private static final Logger LOG = LoggerFactory.getLogger(DialedStream.class);

    /** Nothing came for so long: the link is dead. Whoever is at the other end sends something three times as often. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    /** Between two attempts, the first time as in etcd, then each time twice as long… */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** …up to this. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final int REFUSAL_CHARACTERS = 200;
    private static final String CLOSED = "it was closed";

    /** How a connection fails that a machine refuses, and not the way to it. */
    private static final String REFUSED = "Connection refused";

    private final Link link;
    private final StreamKind kind;
    private final long peer;
    private final Addresses addresses;
    private final PeerStatus status;
    private final Counter receivedBytes;

    // guarded by this
    private boolean stopped;
    private int failures;
    private String lastRefusal = "";

    /** The stream was there, and how often in a row the other machine refused a connection since. */
    private boolean wasThere;

    private int refused;
    private @Nullable Request underWay;
    private @Nullable Runnable waiting;

    DialedStream(Link link, StreamKind kind, long peer, Addresses addresses, PeerStatus status) {
        this.link = link;
        this.kind = kind;
        this.peer = peer;
        this.addresses = addresses;
        this.status = status;
        receivedBytes = link.metrics().receivedBytes(MemberIds.hex(peer));
    }

    /** Asks for the stream, now and whenever it has ended. */
    void start() {
        dial();
    }

    /** The other member is there: no reason to wait any longer. */
    void hurry() {
        Runnable cancel;
        synchronized (this) {
            cancel = waiting;
            waiting = null;
            failures = 0;
        }
        if (cancel != null) {
            cancel.run();
            dial();
        }
    }

    /** Ends it for good. */
    void stop() {
        Request request;
        Runnable cancel;
        synchronized (this) {
            stopped = true;
            request = underWay;
            cancel = waiting;
        }
        if (cancel != null) {
            cancel.run();
        }
        if (request != null) {
            var _ = request.abort(new IOException("the peer port closes"));
        }
    }

    private void dial() {
        String url = addresses.pick();
        Request request;
        synchronized (this) {
            if (stopped || underWay != null) {
                return;
            }
            request = UnixUrl.request(link.client(), url)
                    .path(kind.path(link.local()))
                    .idleTimeout(SILENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .headers(headers -> {
                        link.local().introduce(headers);
                        headers.put(Local.RAFT_TO, MemberIds.hex(peer));
                    });
            underWay = request;
        }
        request.send(new Reading(url));
    }

    private void ended(String url, @Nullable String refusal, @Nullable Throwable failure) {
        String reason = refusal != null ? refusal : failure == null ? CLOSED : text(failure);
        addresses.unreachable(url);
        tellIfGone(failure);
        boolean news;
        Duration pause;
        synchronized (this) {
            underWay = null;
            news = !reason.equals(lastRefusal);
            lastRefusal = reason;
            pause = PAUSE.multipliedBy(1L << Math.min(failures, Long.SIZE / 8));
            failures++;
            if (stopped) {
                return;
            }
            waiting = link.workers()
                    .after(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE, this::dialAgain);
        }
        (news ? LOG.atWarn() : LOG.atDebug())
                .addKeyValue("peer-id", MemberIds.hex(peer))
                .addKeyValue("stream", kind.word())
                .addKeyValue("url", url)
                .log("no stream from this member: {}", reason);
        // where it was closed, the next attempt shows whether the other member is there
        if (!reason.equals(CLOSED)) {
            status.deactivate(reason);
        }
    }

    /** The same for the same fault, as connections differ. */
    private static String text(Throwable failure) {
        if (failure instanceof EOFException || failure instanceof ClosedChannelException) {
            return CLOSED;
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Its process has ended where its machine refuses connections at all its addresses, and it was there before. */
    private void tellIfGone(@Nullable Throwable failure) {
        boolean refuses = isRefusal(failure);
        boolean gone;
        synchronized (this) {
            refused = refuses ? refused + 1 : 0;
            gone = wasThere && refused >= addresses.all().size() && refused > 0;
            wasThere &= !gone;
        }
        if (gone) {
            link.member().gone(peer);
        }
    }

    private static boolean isRefusal(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    && String.valueOf(cause.getMessage()).startsWith(REFUSED)) {
                return true;
            }
        }
        return false;
    }

    private void dialAgain() {
        synchronized (this) {
            waiting = null;
        }
        dial();
    }

    private void established() {
        synchronized (this) {
            failures = 0;
            lastRefusal = "";
            wasThere = true;
        }
        LOG.atInfo()
                .addKeyValue("peer-id", MemberIds.hex(peer))
                .addKeyValue("stream", kind.word())
                .log("established TCP streaming connection with remote peer");
        status.activate();
    }

    private void take(Message message) {
        if (message.getTo() != link.local().memberId()) {
            LOG.debug("a message for {} came to another", MemberIds.hex(message.getTo()));
            return;
        }
        link.member().receive(message);
    }

    /** One answer, for as long as it lasts. Called by one thread at a time. */
    private final class Reading implements Response.Listener {
        private final String url;
        private final IncomingBytes in = new IncomingBytes();
        private final FrameDecoder decoder = kind == StreamKind.APPENDS
                ? new AppendFrames.Decoder(peer, link.local().memberId())
                : new MessageFrames.Decoder();
        private final AtomicInteger textLength = new AtomicInteger();
        private final StringBuilder text = new StringBuilder();
        private boolean accepted;

        Reading(String url) {
            this.url = url;
        }

        @Override
        public void onHeaders(Response response) {
            accepted = response.getStatus() == Status.OK;
            if (accepted) {
                established();
            }
        }

        @Override
        public void onContent(Response response, ByteBuffer content) {
            if (!accepted) {
                if (textLength.addAndGet(content.remaining()) < REFUSAL_CHARACTERS) {
                    text.append(StandardCharsets.UTF_8.decode(content));
                }
                return;
            }
            receivedBytes.add(content.remaining());
            in.add(content);
            try {
                decoder.decode(in, DialedStream.this::take);
            } catch (FrameException e) {
                LOG.atWarn()
                        .addKeyValue("peer-id", MemberIds.hex(peer))
                        .addKeyValue("stream", kind.word())
                        .log("the stream is damaged: {}", e.getMessage());
                var _ = response.abort(e);
            }
        }

        @Override
        public void onComplete(Result result) {
            Response response = result.getResponse();
            boolean answered = response != null && response.getStatus() != 0 && !accepted;
            if (answered && response.getStatus() == Status.GONE) {
                link.member().toldRemoved();
            }
            ended(
                    url,
                    answered ? response.getStatus() + " " + text.toString().strip() : null,
                    result.getFailure());
        }
    }
}
