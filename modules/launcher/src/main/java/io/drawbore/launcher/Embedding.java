package io.drawbore.launcher;

import com.google.inject.Guice;
import com.google.inject.Stage;
import io.drawbore.api.Plugin;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.launcher.internal.Fatal;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.server.EtcdVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composes members for a process that belongs to somebody else: it has no exit, no shutdown hook, no handler of
 * uncaught exceptions and no logs of its own. What is logged goes to whatever SLF4J finds; flags about logs are read
 * and ignored. Any thread.
 */
public final class Embedding {
    private static final Logger LOG = LoggerFactory.getLogger(Embedding.class);

    private Embedding() {}

    /**
     * Composes a member; nothing is started or opened.
     *
     * @param flags a member's command line; {@code ETCD_*} variables of this process are not read
     * @param plugins what is offered besides the plug-ins on the module path or class path
     * @throws IllegalArgumentException where that cannot become a member: a line for each mistake
     */
    public static ServerLifecycle compose(final List<String> flags, final List<Plugin> plugins) {
        return switch (CommandLine.parse(flags, Map.of())) {
            case Invocation.Run run -> compose(run, Plugins.embedded(plugins, run.config().plugins()));
            case Invocation.Refused refused -> throw refusal(refused.mistakes());
            case Invocation.ShowHelp _, Invocation.ShowVersion _ ->
                throw refusal(List.of("--help and --version start no member"));
        };
    }

    private static ServerLifecycle compose(final Invocation.Run run, final Plugins plugins) {
        final var mistakes = new ArrayList<>(plugins.faultsFor(run.config()));
        try {
            EtcdVersion.of(run.config().compatibility().emulatedVersion());
        } catch (final IllegalArgumentException unknown) {
            mistakes.add("--emulated-version: " + unknown.getMessage());
        }
        if (!mistakes.isEmpty()) {
            throw refusal(mistakes);
        }
        for (final Invocation.Notice notice : run.notices()) {
            LOG.atWarn().addKeyValue(notice.key(), notice.value()).log(notice.message());
        }
        final var uncaught = new CompletableFuture<Throwable>();
        final var workers = new ThreadWorkers((thread, cause) -> uncaught.complete(cause));
        try {
            final ServerLifecycle member = Guice.createInjector(
                            Stage.PRODUCTION, Composition.modules(run.config(), plugins, workers))
                    .getInstance(ServerLifecycle.class);
            final var _ = uncaught.thenAccept(member::fail);
            return member;
        } catch (final RuntimeException failed) {
            throw new IllegalStateException(Fatal.line(failed), failed);
        }
    }

    private static IllegalArgumentException refusal(final List<String> mistakes) {
        return new IllegalArgumentException(String.join("\n", mistakes));
    }
}
