package io.drawbore.launcher;

import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.Fatal;
import io.drawbore.launcher.internal.LogOutput;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.launcher.internal.Versions;
import io.drawbore.server.EtcdVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the process begins. Reads what it is told, and either answers at once or becomes a member. */
public final class Main {
    private static final ServerConfig.Logging UNTIL_TOLD =
            new ServerConfig.Logging(ServerConfig.LogLevel.INFO, ServerConfig.LogFormat.JSON, List.of("stderr"));

    private Main() {}

    /**
     * Runs the process and ends it.
     *
     * @param args flags of a member, or a command
     */
    public static void main(final String[] args) {
        Thread.setDefaultUncaughtExceptionHandler(Fatal::end);
        final List<String> arguments = List.of(args);
        System.exit(
                arguments.isEmpty() || arguments.getFirst().startsWith("-")
                        ? member(arguments)
                        : command(arguments));
    }

    private static int command(final List<String> arguments) {
        final List<String> rest = arguments.subList(1, arguments.size());
        switch (arguments.getFirst()) {
            case "plugins" -> {
                return new PluginsCommand(home(), System.out, System.err).run(rest, System.getenv());
            }
            case "util" -> {
                return offline(rest);
            }
            case "aot" -> {
                return aot();
            }
            case "check" -> {
                return offline(Stream.concat(Stream.of("verify"), rest.stream()).toList());
            }
            default -> {}
        }
        System.err.println("\"" + String.join(" ", arguments)
                + "\" is not a valid flag or command; 'drawbore --help' lists both");
        return 1;
    }

    /** Only the start script can: the JVM itself has to be told where to. */
    private static int aot() {
        final String making = System.getProperty("drawbore.aot.making");
        if (making == null || home().isEmpty()) {
            System.err.println("the AOT cache is made by 'bin/drawbore aot' of a distribution");
            return 1;
        }
        return AotTraining.run(home().get(), Path.of(making));
    }

    /** Tools on files take no flags of a member: variables say where plug-ins lie and which of them are loaded. */
    private static int offline(final List<String> line) {
        final Map<String, String> variables = new HashMap<>(System.getenv());
        variables.keySet().retainAll(Set.of("ETCD_PLUGINS", "ETCD_PLUGINS_DIR"));
        return switch (CommandLine.parse(List.of(), variables)) {
            case Invocation.Run run -> OfflineCommand.run(Plugins.load(home(), run.config().plugins()), line);
            case Invocation.Refused refused -> refuse(refused.mistakes(), refused.exitCode());
            case Invocation.ShowHelp help -> answer(help.text());
            case Invocation.ShowVersion version -> answer(Versions.render());
        };
    }

    private static int member(final List<String> arguments) {
        final Optional<Path> defaults = home().map(home -> home.resolve("conf/defaults.yaml"));
        return switch (CommandLine.parse(arguments, System.getenv(), defaults)) {
            case Invocation.ShowHelp help -> answer(help.text());
            case Invocation.ShowVersion version -> answer(Versions.render());
            case Invocation.Refused refused -> refuse(refused.mistakes(), refused.exitCode());
            case Invocation.Run run -> serve(run, arguments);
        };
    }

    private static int answer(final String text) {
        System.out.print(text);
        System.out.flush();
        return 0;
    }

    private static int refuse(final List<String> mistakes, final int exitCode) {
        LogOutput.standardError(UNTIL_TOLD);
        final Logger log = LoggerFactory.getLogger(Main.class);
        for (final String mistake : mistakes) {
            log.atError().addMarker(Fatal.MARKER).addKeyValue("error", mistake).log("failed to verify flags");
        }
        return exitCode;
    }

    private static int serve(final Invocation.Run run, final List<String> arguments) {
        try {
            EtcdVersion.of(run.config().compatibility().emulatedVersion());
        } catch (final IllegalArgumentException unknown) {
            return refuse(List.of("--emulated-version: " + unknown.getMessage()), 1);
        }
        try {
            LogOutput.start(run.config().logging());
        } catch (final IOException refused) {
            return refuse(List.of("--log-outputs: " + refused.getMessage()), 1);
        }
        final Logger log = LoggerFactory.getLogger(Main.class);
        log.atInfo().addKeyValue("args", arguments).log("Running: ");
        for (final Invocation.Notice notice : run.notices()) {
            log.atWarn().addKeyValue(notice.key(), notice.value()).log(notice.message());
        }
        final Plugins plugins = Plugins.watched(home(), run.config().plugins());
        final List<String> faults = plugins.faultsFor(run.config());
        for (final String fault : faults) {
            log.atError().addMarker(Fatal.MARKER).addKeyValue("error", fault).log("failed to load plug-ins");
        }
        if (!faults.isEmpty()) {
            return 1;
        }
        home().ifPresent(AfterStart::watch);
        return Member.run(run.config(), plugins);
    }

    private static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("drawbore.home")).map(Path::of);
    }
}
