package io.drawbore.launcher;

import com.google.inject.Guice;
import com.google.inject.Stage;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.EndSignal;
import io.drawbore.launcher.internal.Fatal;
import io.drawbore.launcher.internal.Lifeline;
import io.drawbore.launcher.internal.PluginWatch;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.launcher.internal.StartWatch;
import io.drawbore.launcher.internal.Watchdog;
import io.drawbore.server.MemberRemovedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a member in this process: composed, started, awaited, stopped. A signal stops it on the JVM's shutdown
 * thread; the JVM then exits with 143 or 130, as who starts an etcd expects.
 */
final class Member {
    private static final long INIT = 1;

    /** What a stop may take besides handing over, and for each plug-in from a folder what that may take besides. */
    private static final Duration FAREWELL = Duration.ofMinutes(1);

    private static final Duration FAREWELL_OF_A_PLUGIN = Duration.ofSeconds(20);

    private Member() {}

    /** Returns when the member has ended by itself, with the process's exit code. */
    static int run(final ServerConfig config, final Plugins plugins) {
        final Logger log = LoggerFactory.getLogger(Member.class);
        final ServerLifecycle server;
        final Thread stop;
        try (StartWatch start = new StartWatch(Thread.currentThread())) {
            PluginWatch.begin(plugins);
            if (!plugins.areBuiltIn()) {
                start.begin();
            }
            server = compose(config, plugins);
            stop = Thread.ofPlatform().name("stop").unstarted(() -> stop(server, farewell(config, plugins), log));
            Runtime.getRuntime().addShutdownHook(stop);
            Lifeline.hold();
            server.start();
        } catch (final RuntimeException failed) {
            Fatal.cannotStart(log, failed);
            return 1;
        }
        try {
            server.await();
            return 0;
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (final MemberRemovedException removed) {
            // It has said so, and nothing failed: etcd ends without an error too.
            return 0;
        } catch (final RuntimeException failed) {
            Fatal.memberFailed(log, failed);
            return 1;
        }
    }

    private static ServerLifecycle compose(final ServerConfig config, final Plugins plugins) {
        // Guice would else generate classes through an access that the JVM warns about.
        System.setProperty("guice_bytecode_gen_option", "DISABLED");
        return Guice.createInjector(Stage.PRODUCTION, Composition.modules(config, plugins, new ThreadWorkers()))
                .getInstance(ServerLifecycle.class);
    }

    private static Duration farewell(final ServerConfig config, final Plugins plugins) {
        final long inFolders =
                plugins.inStartOrder().stream().filter(one -> !one.isBuiltIn()).count();
        return FAREWELL.plus(config.raft().electionTimeout().multipliedBy(2))
                .plus(FAREWELL_OF_A_PLUGIN.multipliedBy(inFolders));
    }

    private static void stop(final ServerLifecycle server, final Duration farewell, final Logger log) {
        Watchdog.set(farewell);
        log.info("shutting down");
        try {
            server.stop();
        } catch (final RuntimeException | Error said) {
            log.debug("a part of the member did not stop well, as the log says", said);
        }
        log.info("stopped");
        if (ProcessHandle.current().pid() == INIT && EndSignal.exitCode().isPresent()) {
            // Nobody stands above a container's first process to read a signal from its exit code.
            Runtime.getRuntime().halt(0);
        }
    }
}
