package io.drawbore.plugins.internal;

import io.drawbore.api.AdmissionControl;
import io.drawbore.api.Auditor;
import io.drawbore.api.ChangeFeed;
import io.drawbore.api.EtcdError;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.api.PluginContext;
import io.drawbore.api.Vfs;
import io.drawbore.plugins.Fence;
import io.drawbore.plugins.Limits;
import io.drawbore.plugins.PluginStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plug-in from its start to its stop, and what of it the member asks in between. Start and stop belong to whoever
 * starts and stops the member, one after the other; both run on threads of the plug-in's own.
 */
public final class HostedPlugin {
    /** How long a plug-in has to stop. */
    static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** How often it is said that a start takes long. */
    static final Duration START_REMINDER = Duration.ofSeconds(5);

    /** How long its threads have to end after it has stopped, all together. */
    private static final Duration THREADS_PATIENCE = Duration.ofSeconds(1);

    /** Threads left behind that are named. */
    private static final int MAX_NAMED = 10;

    private static final Logger LOG = LoggerFactory.getLogger(HostedPlugin.class);

    private final String name;
    private final Plugin plugin;
    private final Fence fence;
    private final Fence.Surroundings host;
    private final ContextDoor door;
    private final CompletableFuture<Parts> starting = new CompletableFuture<>();

    // one writer, before whoever reads is there
    private Parts parts = new Parts(List.of(), List.of(), List.of());
    private List<FeedRunner> feeds = List.of();

    /** What of a plug-in is asked beside the member. */
    private record Parts(List<Gate> gates, List<AuditTrail> trails, List<NamedFeed> feeds) {}

    /** A feed and its name. */
    private record NamedFeed(String name, ChangeFeed feed) {}

    /** A plug-in that is not started. */
    public HostedPlugin(String name, Plugin plugin, Fence fence, Fence.Surroundings host) {
        this.name = name;
        this.plugin = plugin;
        this.fence = fence;
        this.host = host;
        this.door = new ContextDoor(fence, host);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The plug-in itself. */
    public Plugin plugin() {
        return plugin;
    }

    /** Its fence. */
    public Fence fence() {
        return fence;
    }

    /** Its door to the member, which the host opens and shuts. */
    public ContextDoor door() {
        return door;
    }

    /**
     * Starts it and waits for that; says so every few seconds where it takes long.
     *
     * @throws PluginStartException where it threw, or somebody {@link #giveUpStart gave up}
     */
    public void start(Map<String, String> configuration, Vfs vfs, Path folder) {
        PluginContext context = new OwnContext(configuration, vfs, folder, door);
        Thread thread = fence.thread("start", () -> {
            try {
                plugin.start(context);
                starting.complete(ask());
            } catch (Throwable failed) {
                starting.completeExceptionally(Thrown.copyOf(failed));
            }
        });
        thread.start();
        Reminder reminder = new Reminder();
        try {
            parts = starting.get();
        } catch (ExecutionException failed) {
            throw new PluginStartException(name, String.valueOf(Messages.cause(failed).getMessage()), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PluginStartException(name, "interrupted", interrupted);
        } finally {
            reminder.cancel();
            // a start that was given up may still hang in there
            if (starting.isCompletedExceptionally()) {
                thread.interrupt();
            }
        }
        parts.trails().forEach(AuditTrail::start);
    }

    /** Lets a start that is under way fail. Any thread. */
    public void giveUpStart() {
        starting.completeExceptionally(EtcdError.STOPPED.exception());
    }

    /** Says again and again that a start takes long. */
    private final class Reminder {
        private int times;
        private boolean cancelled;
        private Runnable cancelNext;

        Reminder() {
            cancelNext = host.workers().after(START_REMINDER, this::remind);
        }

        private synchronized void remind() {
            if (!cancelled) {
                times++;
                LOG.atWarn()
                        .addKeyValue("plug-in", name)
                        .addKeyValue("for", Text.of(START_REMINDER.multipliedBy(times)))
                        .log("a plug-in takes long to start; the member waits for it");
                cancelNext = host.workers().after(START_REMINDER, this::remind);
            }
        }

        synchronized void cancel() {
            cancelled = true;
            cancelNext.run();
        }
    }

    /** Asks what it offers, and each part for what is constant of it. On a thread of the plug-in's. */
    private Parts ask() {
        List<Gate> gates = new ArrayList<>();
        for (AdmissionControl control : plugin.admissionControls()) {
            gates.add(new Gate(
                    fence.point("admission", control.name(), Limits.ADMISSION),
                    control,
                    control.failurePolicy(),
                    concerned(control::concerns)));
        }
        List<AuditTrail> trails = new ArrayList<>();
        for (Auditor auditor : plugin.auditors()) {
            trails.add(new AuditTrail(
                    auditor,
                    new AuditTrail.Terms(auditor.name(), auditor.failurePolicy(), concerned(auditor::concerns)),
                    fence,
                    host));
        }
        List<NamedFeed> named = new ArrayList<>();
        for (ChangeFeed feed : plugin.changeFeeds()) {
            named.add(new NamedFeed(feed.name(), feed));
        }
        return new Parts(gates, trails, named);
    }

    private static Set<DoorMethod> concerned(Predicate<String> concerns) {
        Set<DoorMethod> concerned = EnumSet.noneOf(DoorMethod.class);
        for (DoorMethod method : DoorMethod.values()) {
            if (concerns.test(method.fullName())) {
                concerned.add(method);
            }
        }
        return concerned;
    }

    /** Its admissions. */
    List<Gate> gates() {
        return parts.gates();
    }

    /** Its auditors. */
    List<AuditTrail> trails() {
        return parts.trails();
    }

    /** Begins to feed its feeds. */
    public void startFeeds(FrontDoor member, Vfs vfs, Path folder) {
        List<FeedRunner> started = new ArrayList<>();
        for (NamedFeed one : parts.feeds()) {
            FeedRunner runner = new FeedRunner(one.feed(), one.name(), vfs, folder, member, fence, host);
            started.add(runner);
            runner.start();
        }
        feeds = started;
    }

    /** Lets its feeds end. Does not wait. */
    public void stopFeeds() {
        feeds.forEach(FeedRunner::stop);
    }

    /** Waits until they have, up to a time of {@link System#nanoTime}, and interrupts those that haven't then. */
    public void interruptFeeds(long after) {
        for (FeedRunner feed : feeds) {
            if (!feed.hasEnded(after)) {
                feed.interrupt();
            }
        }
    }

    /** Waits until they have, up to a time of {@link System#nanoTime}, and names those that go on. */
    public void awaitFeeds(long until) {
        for (FeedRunner feed : feeds) {
            if (!feed.hasEnded(until)) {
                LOG.atWarn().addKeyValue("plug-in", name).log(feed.where() + " does not end");
            }
        }
        feeds = List.of();
    }

    /** Stops it, and says what it leaves behind. */
    public void stop() {
        parts.trails().forEach(AuditTrail::stop);
        parts.trails().forEach(AuditTrail::awaitEnd);
        CompletableFuture<Void> stopping = new CompletableFuture<>();
        Thread thread = fence.thread("stop", () -> {
            try {
                plugin.stop();
                stopping.complete(null);
            } catch (Throwable failed) {
                stopping.completeExceptionally(Thrown.copyOf(failed));
            }
        });
        Runnable cancelTimer = host.workers()
                .after(
                        STOP_PATIENCE,
                        () -> stopping.completeExceptionally(
                                new TimeoutException("it takes longer than " + Text.of(STOP_PATIENCE))));
        thread.start();
        try {
            stopping.get();
        } catch (ExecutionException failed) {
            LOG.atWarn()
                    .addKeyValue("plug-in", name)
                    .addKeyValue("error", String.valueOf(Messages.cause(failed).getMessage()))
                    .log("a plug-in has not stopped well");
            thread.interrupt();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            cancelTimer.run();
        }
        end();
    }

    /** Ends its threads as far as that can be done, and names those that go on. */
    public void end() {
        fence.close();
        door.close();
        long deadline = System.nanoTime() + THREADS_PATIENCE.toNanos();
        List<String> left = new ArrayList<>();
        for (Thread thread : fence.threads()) {
            try {
                Duration patience = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                if (!PluginThreads.isExiting(thread) && !thread.join(patience)) {
                    left.add(thread.getName());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (!left.isEmpty()) {
            List<String> named = left.subList(0, Math.min(left.size(), MAX_NAMED));
            LOG.atWarn()
                    .addKeyValue("plug-in", name)
                    .addKeyValue("threads", left.size())
                    .addKeyValue("names", named)
                    .log("a plug-in has left threads behind");
        }
    }

    /** What a plug-in has of its member. */
    private record OwnContext(Map<String, String> configuration, Vfs vfs, Path path, FrontDoor door)
            implements PluginContext {
        @Override
        public Path folder() {
            try {
                vfs.createFolder(path);
                return path;
            } catch (IOException e) {
                throw new UncheckedIOException("the folder of a plug-in cannot be made: " + path, e);
            }
        }
    }
}
