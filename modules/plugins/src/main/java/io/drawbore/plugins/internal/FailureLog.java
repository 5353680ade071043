package io.drawbore.plugins.internal;

import io.drawbore.api.Workers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Says that a point of a plug-in has failed, at once and then now and again with how often. Any thread. */
public final class FailureLog {
    /** Between two lines of one point. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final String where;
    private final Workers workers;

    // guarded by this
    private boolean spoke;
    private long spokeAt;
    private long unsaid;

    /**
     * A log of one point.
     *
     * @param where names the point and the plug-in
     */
    public FailureLog(String where, Workers workers) {
        this.where = where;
        this.workers = workers;
    }

    /** It failed. */
    public void failed(String why, @Nullable Thrown thrown) {
        long others;
        synchronized (this) {
            long now = workers.nanoTime();
            if (spoke && now - spokeAt < PAUSE.toNanos()) {
                unsaid++;
                return;
            }
            spoke = true;
            spokeAt = now;
            others = unsaid;
            unsaid = 0;
        }
        LoggingEventBuilder line = LOG.atWarn().addKeyValue("error", why);
        if (others > 0) {
            line = line.addKeyValue("failures-since", others);
        }
        if (thrown != null) {
            line = line.setCause(thrown);
        }
        line.log(where + " has failed");
    }

    /** It isn't called for a while. */
    public void fencedOff(Duration pause, String why) {
        LOG.atWarn().addKeyValue("for", Text.of(pause)).addKeyValue("error", why).log(where + " is fenced off");
    }

    /** It works again. */
    public void backAgain() {
        LOG.info(where + " works again");
    }
}
