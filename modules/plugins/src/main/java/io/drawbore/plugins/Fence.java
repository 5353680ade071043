package io.drawbore.plugins;

import io.drawbore.api.Workers;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.internal.FailureLog;
import io.drawbore.plugins.internal.PluginThreads;
import io.drawbore.plugins.internal.Text;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the member and one plug-in: everything that the plug-in is asked is done on threads of its own,
 * at points that have limits. Owns the plug-in's threads. Any thread.
 *
 * <p>The threads are platform threads in a group of the plug-in's: what it starts on them is in the group too, so that
 * threads that it leaks, what they allocate and what they log can be told from the member's, and one that spins takes a
 * processor's time as the system shares it out. Virtual threads know no groups, and one that spins keeps those of all
 * others waiting.
 */
public final class Fence implements AutoCloseable {
    /** Idle threads end after so many seconds. */
    private static final int IDLE_SECONDS = 10;

    private final String plugin;
    private final Surroundings host;
    private final PluginThreads threads;
    private final ThreadPoolExecutor calls;

    /**
     * What a fence has of the host.
     *
     * @param workers clock and timer
     * @param replies threads of the host's on which results of calls complete
     * @param metrics where failures are counted
     */
    public record Surroundings(Workers workers, Executor replies, Metrics metrics) {}

    /**
     * A fence without points.
     *
     * @param plugin the plug-in's name
     * @param loader what loads its classes; null where that is the member's own
     */
    public Fence(String plugin, @Nullable ClassLoader loader, Surroundings host) {
        this.plugin = plugin;
        this.host = host;
        Counter uncaught = failures(host.metrics()).with(plugin, "thread");
        FailureLog log = new FailureLog(Text.where("a thread", "", plugin), host.workers());
        this.threads = new PluginThreads(plugin, loader, (thread, thrown) -> {
            uncaught.increment();
            log.failed(thread.getName() + " threw " + thrown.what(), thrown);
        });
        this.calls = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        host.metrics()
                .gauge(
                        "drawbore_plugin_threads",
                        "Platform threads of plug-ins, those they started themselves included.",
                        Map.of("plugin", plugin),
                        threads::activeCount);
    }

    /** Counts failures at a point that the host doesn't call through {@link #point}. */
    public Counter failures(String point) {
        return failures(host.metrics()).with(plugin, point);
    }

    static Metrics.Labelled<Counter> failures(Metrics metrics) {
        return metrics.counters(
                "drawbore_plugin_failures_total",
                "How often plug-ins threw, took too long, were asked too much at a time or were fenced off.",
                "plugin",
                "point");
    }

    /** The name of the plug-in that a platform thread belongs to; null for the member's own and virtual ones. */
    public static @Nullable String pluginOf(Thread thread) {
        return PluginThreads.ownerOf(thread);
    }

    /** Whether a platform thread has called exit, which never returns: nobody need wait for it. */
    public static boolean isExiting(Thread thread) {
        return PluginThreads.isExiting(thread);
    }

    /** Whose fence it is. */
    public String plugin() {
        return plugin;
    }

    /**
     * A point at which the host calls. Once for each name.
     *
     * @param kind what is called, for lines and metrics: {@code admission}
     * @param name its name among others of the kind; may be empty
     */
    public FencePoint point(String kind, String name, Limits limits) {
        return new FencePoint(plugin, kind, name, limits, threads, calls, host);
    }

    /** A platform thread of the plug-in's for one purpose, not started yet. What it throws is reported and ends it. */
    public Thread thread(String name, Runnable work) {
        return threads.named(name, work);
    }

    /** Gives one of its threads back the context that the plug-in may have changed. */
    public void adorn(Thread thread) {
        threads.adorn(thread);
    }

    /** Its threads that run now, idle ones included. */
    public List<Thread> threads() {
        return threads.running();
    }

    /** Makes no calls any more, and interrupts those under way. Does not wait. */
    @Override
    public void close() {
        calls.shutdownNow();
    }
}
