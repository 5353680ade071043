package io.drawbore.launcher;

import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.PluginListing;
import io.drawbore.launcher.internal.PluginVerification;
import io.drawbore.launcher.internal.Plugins;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code drawbore plugins}: what there is, and whether it is good. Starts nothing. */
final class PluginsCommand {
    private static final String USAGE = """
            drawbore plugins [list]              list plug-ins and what they offer
            drawbore plugins verify [folder…]    judge plug-ins' folders more strictly than a start does; without one,
                                                 all there are

              --plugins-dir=folder    where plug-ins' folders lie; else $ETCD_PLUGINS_DIR, or plugins/ of this program

            What is wrong is printed to standard error, a line each, and the exit code is then 1.
            """;
    private static final String FOLDER_FLAG = "--plugins-dir";

    private final Optional<Path> home;
    private final PrintStream out;
    private final PrintStream err;

    PluginsCommand(final Optional<Path> home, final PrintStream out, final PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** Runs it; answers the exit code. */
    int run(final List<String> line, final Map<String, String> environment) {
        final List<String> words = new ArrayList<>(line);
        if (words.removeIf(word -> word.equals("--help") || word.equals("-h"))) {
            out.print(USAGE);
            return 0;
        }
        try {
            final Optional<Path> told = folder(words, environment);
            final Optional<String> unknown =
                    words.stream().filter(word -> word.startsWith("-")).findFirst();
            if (unknown.isPresent()) {
                return misused("unknown flag: " + unknown.get());
            }
            if (words.isEmpty() || words.equals(List.of("list"))) {
                return list(told);
            }
            return words.getFirst().equals("verify")
                    ? verify(told, words.subList(1, words.size()))
                    : misused("unknown command: plugins " + String.join(" ", words));
        } catch (final InvalidPathException impossible) {
            return misused("no path: " + impossible.getMessage());
        }
    }

    /** Takes the flag out of the words. */
    private static Optional<Path> folder(final List<String> words, final Map<String, String> environment) {
        Optional<String> told = Optional.ofNullable(environment.get("ETCD_PLUGINS_DIR"));
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(FOLDER_FLAG + "=")) {
                told = Optional.of(words.remove(i--).substring(FOLDER_FLAG.length() + 1));
            } else if (words.get(i).equals(FOLDER_FLAG) && i + 1 < words.size()) {
                words.remove(i);
                told = Optional.of(words.remove(i--));
            }
        }
        return told.filter(text -> !text.isEmpty()).map(Path::of);
    }

    private int misused(final String why) {
        err.println(why);
        err.print(USAGE);
        return 1;
    }

    private int list(final Optional<Path> told) {
        final Plugins plugins = Plugins.load(
                home, new ServerConfig.PluginChoice(new ServerConfig.Selection.All(), told, Map.of()));
        PluginListing.of(plugins).forEach(out::println);
        return report(plugins.faults());
    }

    private int verify(final Optional<Path> told, final List<String> folders) {
        try {
            boolean bad = false;
            final List<PluginVerification> verified = PluginVerification.of(
                    folders.isEmpty() ? all(told) : folders.stream().map(Path::of).toList());
            for (final PluginVerification verification : verified) {
                bad |= !verification.faults().isEmpty();
                if (verification.faults().isEmpty()) {
                    out.println(verification.summary());
                }
                report(verification.faults());
            }
            if (verified.isEmpty()) {
                out.println("there is no plug-in's folder to verify");
            }
            return bad ? 1 : 0;
        } catch (final IOException unreadable) {
            return report(List.of("plug-in folder cannot be read: " + unreadable));
        }
    }

    private List<Path> all(final Optional<Path> told) throws IOException {
        final Optional<Path> parent = told.or(() -> home.map(path -> path.resolve("plugins")));
        if (parent.isEmpty() || (told.isEmpty() && !Files.isDirectory(parent.get()))) {
            return List.of();
        }
        return PluginVerification.foldersIn(parent.get());
    }

    private int report(final List<String> faults) {
        faults.forEach(err::println);
        return faults.isEmpty() ? 0 : 1;
    }
}
