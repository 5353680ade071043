package io.drawbore.peer.internal;

import io.drawbore.membership.MemberIds;
import io.drawbore.metrics.Counter;
import io.drawbore.proto.raftpb.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages as requests of their own, for a member that has not asked for its streams. Any thread; never waits. */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    /** Requests under way at once, as in etcd; so the order of messages may change. */
    private static final int AT_ONCE = 4;

    /** Messages that wait, as in etcd. */
    private static final int MOST_WAITING = 64;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES = 4_096;

    /** What a removed member is told; etcd says 403 for other reasons too. */
    static final String REMOVED = "removed member";

    private final Link link;
    private final long peer;
    private final Addresses addresses;
    private final PeerStatus status;
    private final Counter sentBytes;
    private final Counter sentFailures;

    // guarded by this
    private final Deque<Message> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean stopped;

    Pipeline(Link link, long peer, Addresses addresses, PeerStatus status) {
        this.link = link;
        this.peer = peer;
        this.addresses = addresses;
        this.status = status;
        sentBytes = link.metrics().sentBytes(MemberIds.hex(peer));
        sentFailures = link.metrics().sentFailures(MemberIds.hex(peer));
    }

    /** Sends a message, or says that there are too many. */
    boolean send(Message message) {
        synchronized (this) {
            if (stopped || waiting.size() >= MOST_WAITING) {
                return false;
            }
            waiting.add(message);
        }
        next();
        return true;
    }

    void stop() {
        synchronized (this) {
            stopped = true;
            waiting.clear();
        }
    }

    private void next() {
        Message message;
        synchronized (this) {
            if (underWay >= AT_ONCE || waiting.isEmpty()) {
                return;
            }
            underWay++;
            message = waiting.remove();
        }
        post(message.toByteArray());
    }

    private void post(byte[] bytes) {
        String url = addresses.pick();
        Request request = UnixUrl.request(link.client(), url)
                .method(HttpMethod.POST)
                .path(PeerPaths.RAFT)
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .headers(link.local()::introduce)
                .body(new BytesRequestContent(PeerPaths.PROTOBUF, bytes));
        request.send(new BufferingResponseListener(ANSWER_BYTES) {
            @Override
            public void onComplete(Result result) {
                done(url, bytes.length, result, getContentAsString());
            }
        });
    }

    private void done(String url, int size, Result result, @Nullable String answer) {
        Throwable failure = result.getFailure();
        if (failure == null && result.getResponse().getStatus() == Status.NO_CONTENT) {
            sentBytes.add(size);
            status.activate();
        } else {
            addresses.unreachable(url);
            sentFailures.increment();
            failed(failure != null ? failure : refused(result.getResponse().getStatus(), String.valueOf(answer)));
        }
        synchronized (this) {
            underWay--;
        }
        next();
    }

    private IOException refused(int code, String answer) {
        if (code == Status.FORBIDDEN && answer.contains(REMOVED)) {
            link.member().toldRemoved();
        }
        return new IOException(code + " " + answer.strip());
    }

    private void failed(Throwable reason) {
        LOG.debug("a message to {} was not sent", MemberIds.hex(peer), reason);
        status.deactivate(String.valueOf(reason));
        link.member().unreachable(peer);
    }
}
