package io.drawbore.config;

import io.drawbore.config.internal.ConfigFile;
import io.drawbore.config.internal.Environment;
import io.drawbore.config.internal.Flag;
import io.drawbore.config.internal.GoFlags;
import io.drawbore.config.internal.HelpText;
import io.drawbore.config.internal.Mistakes;
import io.drawbore.config.internal.ServerConfigReader;
import io.drawbore.config.internal.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a member is told, by the rules of etcd: either flags and {@code ETCD_*} variables, of which no one may be
 * set twice, or a file, beside which all others are ignored; below them what a distribution says. Touches nothing but
 * these files and those that {@code --plugin-config} names. Any thread.
 */
public final class CommandLine {
    private CommandLine() {}

    /**
     * Reads a server's command line.
     *
     * @param arguments without the program's name
     * @param environment all variables
     * @return what is asked for, or every mistake in it
     */
    public static Invocation parse(final List<String> arguments, final Map<String, String> environment) {
        return parse(arguments, environment, Optional.empty());
    }

    /**
     * Reads a server's command line where a distribution has defaults of its own. They lie below all that an operator
     * says: below flags and variables, and below a configuration file too.
     *
     * @param arguments without the program's name
     * @param environment all variables
     * @param defaults a file like the configuration file, which need not exist
     * @return what is asked for, or every mistake in it
     */
    public static Invocation parse(
            final List<String> arguments, final Map<String, String> environment, final Optional<Path> defaults) {
        final var mistakes = new Mistakes();
        final GoFlags flags = GoFlags.scan(arguments, mistakes);
        if (flags.help()) {
            return new Invocation.ShowHelp(HelpText.render());
        }
        final boolean version = flags.settings().isTrue(Flag.VERSION);
        if (version && mistakes.isEmpty()) {
            return new Invocation.ShowVersion();
        }
        final var notices = new ArrayList<Invocation.Notice>();
        final Settings told = gather(flags.settings(), environment, mistakes, notices);
        final Settings settings = defaults.filter(Files::exists)
                .map(file -> told.above(ConfigFile.read(file.toString(), mistakes)))
                .orElse(told);
        final ServerConfig config = new ServerConfigReader(settings, mistakes, notices).read();
        if (!mistakes.isEmpty()) {
            return new Invocation.Refused(mistakes.lines(), mistakes.exitCode());
        }
        return new Invocation.Run(config, notices);
    }

    private static Settings gather(
            final Settings flags,
            final Map<String, String> environment,
            final Mistakes mistakes,
            final List<Invocation.Notice> notices) {
        final String file = flags.isSet(Flag.CONFIG_FILE)
                ? flags.text(Flag.CONFIG_FILE)
                : environment.getOrDefault(Flag.CONFIG_FILE.variable(), "");
        if (file.isEmpty()) {
            return Environment.merge(flags, environment, mistakes, notices);
        }
        notices.add(new Invocation.Notice(
                "loaded server configuration, other configuration command line flags and environment variables will be "
                        + "ignored if provided",
                "path",
                file));
        return ConfigFile.read(file, mistakes);
    }
}
