package io.drawbore.peer.internal;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.drawbore.membership.MemberIds;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Result;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other members from time to time what time it is: how long the way is, and whether their clocks are right. */
final class Probing {
    private static final Logger LOG = LoggerFactory.getLogger(Probing.class);

    /** As often as etcd. */
    static final Duration INTERVAL = Duration.ofSeconds(4);

    private static final Duration WORRYING_DRIFT = Duration.ofSeconds(1);
    private static final int ANSWER_BYTES = 1_024;

    private final Link link;

    Probing(Link link) {
        this.link = link;
    }

    void probe(RemotePeer peer) {
        long start = link.workers().nanoTime();
        UnixUrl.request(link.client(), peer.addresses().pick())
                .path(PeerPaths.PROBING)
                .timeout(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .send(new BufferingResponseListener(ANSWER_BYTES) {
                    @Override
                    public void onComplete(Result result) {
                        if (result.isSucceeded() && result.getResponse().getStatus() == Status.OK) {
                            answered(peer, start, getContentAsString());
                        }
                    }
                });
    }

    private void answered(RemotePeer peer, long start, @Nullable String text) {
        String hex = MemberIds.hex(peer.id());
        Duration roundTrip = Duration.ofNanos(link.workers().nanoTime() - start);
        link.metrics().roundTrips(hex).observe(roundTrip.toNanos() / (double) TimeUnit.SECONDS.toNanos(1));
        Instant theirs = now(text);
        if (theirs != null) {
            Duration drift = Duration.between(theirs.plus(roundTrip.dividedBy(2)), Instant.now()).abs();
            if (drift.compareTo(WORRYING_DRIFT) > 0) {
                LOG.atWarn()
                        .addKeyValue("remote-peer-id", hex)
                        .addKeyValue("clock-drift", drift)
                        .log("prober found high clock drift");
            }
        }
    }

    private static @Nullable Instant now(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : java.time.OffsetDateTime.parse(JsonParser.parseString(text)
                                    .getAsJsonObject()
                                    .get("Now")
                                    .getAsString())
                            .toInstant();
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | DateTimeParseException e) {
            return null;
        }
    }

    /** What a member answers who is asked. */
    static String answer() {
        return "{\"OK\":true,\"Now\":\"" + Instant.now() + "\"}\n";
    }
}
