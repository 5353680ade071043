package io.drawbore.plugins;

import io.drawbore.api.FrontDoor;
import io.drawbore.api.Vfs;
import io.drawbore.api.Workers;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.internal.GuardedDoor;
import io.drawbore.plugins.internal.HostedPlugin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All plug-ins of a member, from before its store is opened until after it is closed: {@link #start}, {@link #around}
 * the front door, {@link #open} once the member is ready, {@link #shut} before it stops, {@link #stop} after. In this
 * order, each once, by whoever starts and stops the member; {@link #stop} may come at any time, on another thread than
 * a start that is under way, and ends that.
 */
public final class PluginHost {
    /** Threads on which results of calls complete. */
    private static final int REPLY_THREADS = 2;

    /** How long feeds have at the stop, all together, before they are interrupted; and then to end. */
    private static final Duration FEEDS_PATIENCE = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final List<Installed> installed;
    private final Path folder;
    private final Vfs vfs;
    private final Workers.Pool replies;
    private final Fence.Surroundings surroundings;
    private final PortAudit audit = new PortAudit();

    // guarded by this
    private final List<HostedPlugin> started = new ArrayList<>();
    private @Nullable HostedPlugin starting;
    private @Nullable FrontDoor guarded;
    private boolean shut;
    private boolean stopped;

    /**
     * A host of plug-ins that are not started.
     *
     * @param installed in the order in which they are started
     * @param dataDir the member's data dir, in which plug-ins have folders of their own
     * @param vfs where these are
     */
    public PluginHost(List<Installed> installed, Path dataDir, Vfs vfs, Workers workers, Metrics metrics) {
        this.installed = List.copyOf(installed);
        this.folder = dataDir.resolve("plugins");
        this.vfs = vfs;
        this.replies = workers.pool("plugin-replies", REPLY_THREADS);
        this.surroundings = new Fence.Surroundings(workers, replies, metrics);
    }

    /**
     * Starts all, one after the other, and waits as long as that takes.
     *
     * @return false where it was stopped meanwhile
     * @throws PluginStartException where one cannot start; those that had started are stopped by {@link #stop}
     */
    public boolean start() {
        for (Installed one : installed) {
            HostedPlugin hosted = begin(one);
            if (hosted == null) {
                return false;
            }
            try {
                hosted.start(one.configuration(), vfs, folder.resolve(one.name()));
            } catch (PluginStartException failed) {
                hosted.end();
                if (isStopped()) {
                    LOG.atWarn().addKeyValue("plug-in", one.name()).log("stopped while a plug-in started");
                    return false;
                }
                throw failed;
            }
            if (!hasStarted(hosted)) {
                // the stop came too late for it to be given up, and doesn't know of it
                hosted.stop();
                return false;
            }
        }
        return true;
    }

    private synchronized @Nullable HostedPlugin begin(Installed one) {
        if (stopped) {
            return null;
        }
        ClassLoader loader = one.plugin().getClass().getClassLoader();
        Fence fence = new Fence(
                one.name(), PluginHost.class.getClassLoader().equals(loader) ? null : loader, surroundings);
        HostedPlugin hosted = new HostedPlugin(one.name(), one.plugin(), fence, surroundings);
        starting = hosted;
        return hosted;
    }

    private synchronized boolean hasStarted(HostedPlugin hosted) {
        starting = null;
        if (!stopped) {
            started.add(hosted);
        }
        return !stopped;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized List<HostedPlugin> started() {
        return List.copyOf(started);
    }

    /** Those that run, in the order of their start. */
    public List<Hosted> plugins() {
        return started().stream()
                .map(one -> new Hosted(one.plugin(), one.fence()))
                .toList();
    }

    /** The member's front door as its clients find it; the door itself where no plug-in judges or records requests. */
    public synchronized FrontDoor around(FrontDoor member) {
        FrontDoor around = GuardedDoor.around(member, started(), replies);
        guarded = around;
        audit.open(around instanceof GuardedDoor door ? door : null);
        return around;
    }

    /** For what the client port doesn't bring to that door. Knows auditors once {@link #around} was called. */
    public PortAudit portAudit() {
        return audit;
    }

    /**
     * The member is ready: plug-ins may ask it, and feeds are fed. What they ask in a client's name goes where that
     * client's own requests go.
     */
    public void open(FrontDoor member) {
        synchronized (this) {
            if (shut || stopped) {
                return;
            }
            FrontDoor clients = guarded == null ? around(member) : guarded;
            started.forEach(one -> one.door().open(clients));
            started.forEach(one -> one.startFeeds(member, vfs, folder.resolve(one.name())));
        }
    }

    /** The member stops: feeds end, and plug-ins may not ask it any more. Waits for the feeds. */
    public void shut() {
        List<HostedPlugin> all;
        synchronized (this) {
            shut = true;
            all = List.copyOf(started);
        }
        all.forEach(HostedPlugin::stopFeeds);
        long patient = System.nanoTime() + FEEDS_PATIENCE.toNanos();
        all.forEach(one -> one.interruptFeeds(patient));
        long end = System.nanoTime() + FEEDS_PATIENCE.toNanos();
        all.forEach(one -> one.awaitFeeds(end));
        all.forEach(one -> one.door().shut());
    }

    /** Stops those that were started, the last one first; each is waited for, for a while. */
    public void stop() {
        List<HostedPlugin> all;
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            all = List.copyOf(started);
            if (starting != null) {
                starting.giveUpStart();
            }
        }
        all.reversed().forEach(HostedPlugin::stop);
        replies.close();
    }
}
