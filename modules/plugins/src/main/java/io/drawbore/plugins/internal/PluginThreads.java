package io.drawbore.plugins.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one plug-in: those that the host gives it, and the platform threads that these start, which are born
 * into their group. What an uncaught exception ends is that thread alone. Any thread.
 */
public final class PluginThreads extends ThreadGroup implements ThreadFactory {
    /** How the JDK calls the threads of its common pool: they are everybody's, whoever happened to start them. */
    private static final String COMMON_POOL = "ForkJoinPool.commonPool";

    private final String plugin;
    private final @Nullable ClassLoader loader;
    private final BiConsumer<Thread, Thrown> uncaught;
    private int made;

    /**
     * No threads yet.
     *
     * @param loader the plug-in's own, which its threads get as their context
     * @param uncaught hears of what ended a thread, on that thread
     */
    public PluginThreads(String plugin, @Nullable ClassLoader loader, BiConsumer<Thread, Thrown> uncaught) {
        super("plugin-" + plugin);
        this.plugin = plugin;
        this.loader = loader;
        this.uncaught = uncaught;
    }

    /** The name of the plug-in that a platform thread belongs to; null for those of the member. */
    public static @Nullable String ownerOf(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        while (group != null) {
            if (group instanceof PluginThreads threads) {
                return threads.plugin;
            }
            group = group.getParent();
        }
        return null;
    }

    /** Whether a thread has called exit, which never returns: nobody need wait for it. */
    public static boolean isExiting(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /** A thread for calls. */
    @Override
    public Thread newThread(Runnable work) {
        int number;
        synchronized (this) {
            number = ++made;
        }
        return named("call-" + number, work);
    }

    /** A thread for one purpose, not started. It keeps no process alive. */
    public Thread named(String name, Runnable work) {
        Thread thread = new Thread(this, work, getName() + "-" + name, 0, false);
        thread.setDaemon(true);
        adorn(thread);
        return thread;
    }

    /** Gives a thread back the context that a plug-in may have changed. */
    public void adorn(Thread thread) {
        if (loader != null) {
            thread.setContextClassLoader(loader);
        }
    }

    /** Those that run, but for the JDK's common pool. */
    public List<Thread> running() {
        Thread[] found = new Thread[activeCount() + 8];
        int count = enumerate(found);
        while (count == found.length) {
            // more than fitted: the rest was left out without a word
            found = new Thread[found.length * 2];
            count = enumerate(found);
        }
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!found[i].getName().startsWith(COMMON_POOL)) {
                running.add(found[i]);
            }
        }
        return running;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        uncaught.accept(thread, Thrown.copyOf(thrown));
    }
}
