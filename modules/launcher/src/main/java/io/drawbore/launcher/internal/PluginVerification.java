package io.drawbore.launcher.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges a plug-in's folder as a start does, beside what is built in, and more strictly: every class in it is looked at
 * for what would end the member, before any of it is run. What only its start shows isn't seen.
 *
 * @param faults a line each; empty for a plug-in that may be installed
 * @param summary one line on a good one; empty for a bad one
 */
public record PluginVerification(List<String> faults, String summary) {
    /** Keeps a copy of the list. */
    public PluginVerification {
        faults = List.copyOf(faults);
    }

    /**
     * The plug-ins' folders in a folder.
     *
     * @throws IOException where it can't be read
     */
    public static List<Path> foldersIn(final Path parent) throws IOException {
        return PluginSearch.folders(parent);
    }

    /** Reads, looks through and makes the plug-in of each folder; a good one is judged beside those before it. */
    public static List<PluginVerification> of(final List<Path> folders) {
        final PluginSearch builtIn = new PluginSearch();
        builtIn.builtIn();
        final List<LoadedPlugin> good = new ArrayList<>(builtIn.found());
        return folders.stream().map(folder -> of(folder, good)).toList();
    }

    private static PluginVerification of(final Path folder, final List<LoadedPlugin> good) {
        final HostModules host = PluginSearch.host();
        final List<String> faults = new ArrayList<>();
        try {
            final PluginFolder read = PluginFolder.read(folder);
            read.judge(host);
            int classes = 0;
            for (final PluginJars.Jar jar : read.jars().all()) {
                classes += lookThrough(folder, jar, faults);
            }
            if (!faults.isEmpty()) {
                return new PluginVerification(faults, "");
            }
            final LoadedPlugin plugin = read.open(host);
            good.add(plugin);
            faults.addAll(Offers.faultsOf(good));
            if (!faults.isEmpty()) {
                good.removeLast();
                return new PluginVerification(faults, "");
            }
            return new PluginVerification(
                    List.of(),
                    plugin.name() + " " + plugin.version() + " for API " + plugin.api() + ", in "
                            + counted(read.jars().all().size(), "jar", "jars") + " with "
                            + counted(classes, "class", "classes") + " (" + folder + "): good");
        } catch (final UnusablePlugin unusable) {
            faults.add(unusable.line());
            return new PluginVerification(faults, "");
        }
    }

    private static int lookThrough(final Path folder, final PluginJars.Jar jar, final List<String> faults)
            throws UnusablePlugin {
        try {
            final ExitCalls calls = ExitCalls.in(jar.file());
            for (final String call : calls.found()) {
                faults.add(new UnusablePlugin(
                                folder,
                                "in " + jar.name() + " " + call + ", which ends the member: throw an exception "
                                        + "instead, or leave the jar out")
                        .line());
            }
            return calls.classes();
        } catch (final IOException unreadable) {
            throw new UnusablePlugin(
                    folder, jar.name() + " cannot be read (" + unreadable.getMessage() + "): copy it there again");
        }
    }

    private static String counted(final int number, final String one, final String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
