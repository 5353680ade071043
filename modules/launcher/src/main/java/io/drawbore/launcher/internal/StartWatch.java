package io.drawbore.launcher.internal;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the thread that starts a member and says whose plug-in's code it doesn't come back from: while one is made,
 * lists what it offers, or opens a store, a log or tokens. That code runs on the starting thread itself, where no fence
 * has a time for it. It says so each time that another five seconds have passed. Any thread may close it.
 */
public final class StartWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_UNTIL_SAID = 5;

    private final Thread starter;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Of that thread. */
    public StartWatch(final Thread starter) {
        this.starter = starter;
    }

    /** Watches until it is closed. Once only. */
    public void begin() {
        Thread.ofPlatform().name("start-watch").daemon().start(this::look);
    }

    private void look() {
        @Nullable String before = null;
        int looks = 0;
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                final StackTraceElement frame = Owner.uppermost(starter.getStackTrace());
                final String owner = frame == null ? null : Owner.of(frame);
                looks = Objects.equals(owner, before) ? looks + 1 : 0;
                before = owner;
                if (frame != null && looks > 0 && looks % LOOKS_UNTIL_SAID == 0) {
                    LOG.atWarn()
                            .addKeyValue("plug-in", owner)
                            .addKeyValue("for", LOOK.multipliedBy(looks).toSeconds() + "s")
                            .addKeyValue("in", frame.getClassName() + "." + frame.getMethodName())
                            .log("a plug-in takes long to start; the member waits for it");
                }
            }
        } catch (final InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
