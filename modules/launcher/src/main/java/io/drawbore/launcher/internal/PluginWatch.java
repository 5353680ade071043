package io.drawbore.launcher.internal;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.drawbore.api.ThreadWorkers;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of plug-ins can be noticed from nowhere but the process: floods of its log, exceptions that nobody catches, a
 * heap that is full. Calls of exit are watched from before a plug-in is made ({@link Plugins#watched}).
 */
public final class PluginWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);

    private PluginWatch() {}

    /** Watches these plug-ins until the process ends; nothing where all of them came with the program. */
    public static void begin(final Plugins plugins) {
        if (plugins.areBuiltIn()) {
            return;
        }
        final Map<String, String> ownersByPackage = new HashMap<>();
        for (final LoadedPlugin one : plugins.inStartOrder()) {
            one.layer().ifPresent(layer -> layer.modules()
                    .forEach(module -> module.getPackages().forEach(name -> ownersByPackage.put(name, one.name()))));
        }
        limitLogs(ownersByPackage);
        Thread.setDefaultUncaughtExceptionHandler(PluginWatch::uncaught);
        new HeapWatch().start();
    }

    private static void limitLogs(final Map<String, String> ownersByPackage) {
        final var workers = new ThreadWorkers();
        final var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        boolean first = true;
        final Iterator<Appender<ILoggingEvent>> outputs =
                context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
        while (outputs.hasNext()) {
            final LogLimit limit = new LogLimit(ownersByPackage, workers, first);
            limit.start();
            outputs.next().addFilter(limit);
            first = false;
        }
    }

    /** What ends a thread of a plug-in's ends that thread; what ends one of the member's ends the process. */
    static void uncaught(final Thread thread, final Throwable thrown) {
        final String owner = Owner.of(thread);
        if (owner == null) {
            Fatal.end(thread, thrown);
            return;
        }
        try {
            LOG.atWarn()
                    .addKeyValue("plug-in", owner)
                    .addKeyValue("thread", thread.getName())
                    .addKeyValue("error", thrown.toString())
                    .log("a thread of a plug-in has ended by an exception");
        } catch (final Throwable unreadable) {
            // the exception is the plug-in's too, and so is what comes of looking at it
            LOG.atWarn()
                    .addKeyValue("plug-in", owner)
                    .log("a thread of a plug-in has ended by an exception that cannot be read");
        }
    }
}
