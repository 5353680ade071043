package io.drawbore.launcher;

import io.drawbore.launcher.internal.AotCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits until a start is over, on a thread of its own that keeps nobody from ending: the start's garbage is
 * collected, and where the distribution has no AOT cache that fits, one is made, in another process. That one is ended
 * with the member. {@code DRAWBORE_AOT=off} keeps it from being made.
 */
final class AfterStart {
    private static final Logger LOG = LoggerFactory.getLogger(AfterStart.class);
    private static final Duration START = Duration.ofSeconds(5);
    /** For elections, and for whoever only tries it out. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private AfterStart() {}

    /** Begins to wait. */
    static void watch(final Path home) {
        Thread.ofPlatform().name("after-start").daemon().start(() -> {
            try {
                Thread.sleep(START);
                // concurrent, by a flag of the start script's
                System.gc();
                Thread.sleep(SETTLED);
                if (!"off".equals(System.getenv("DRAWBORE_AOT"))) {
                    makeCache(new AotCache(home));
                }
            } catch (final InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void makeCache(final AotCache cache) throws InterruptedException {
        if (!cache.isMissed()) {
            return;
        }
        try {
            final Process making = cache.make();
            final Thread end = Thread.ofPlatform().unstarted(making::destroy);
            Runtime.getRuntime().addShutdownHook(end);
            LOG.atDebug().addKeyValue("code", making.waitFor()).log("made an AOT cache for later starts");
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (final IOException | IllegalStateException refused) {
            LOG.debug("no AOT cache could be made", refused);
        }
    }
}
