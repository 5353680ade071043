package io.drawbore.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where and of what the figures are.
 *
 * @param cores processors that Java may use
 * @param memoryGibibytes of the machine
 * @param kernel system, release and architecture
 * @param jdk of the bench and of Drawbore
 * @param date of the run, in UTC
 * @param commit of the checkout
 */
record Machine(int cores, long memoryGibibytes, String kernel, String jdk, String date, String commit) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static Machine here(final Path root) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                memory(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                LocalDate.now(ZoneOffset.UTC).toString(),
                commit(root));
    }

    /** One line for the tables. */
    String line() {
        return date + ", commit " + commit + ", " + cores + " cores, " + memoryGibibytes + " GiB, " + kernel
                + ", JDK " + jdk;
    }

    private static long memory() {
        try {
            final var total = Pattern.compile("MemTotal:\\s+([0-9]+) kB")
                    .matcher(Files.readString(Path.of("/proc/meminfo")));
            return total.find() ? Math.round(Long.parseLong(total.group(1)) / (1024.0 * 1024.0)) : 0;
        } catch (final IOException missing) {
            return 0;
        }
    }

    private static String commit(final Path root) {
        final Command asked = Command.run(
                List.of("git", "-C", root.toString(), "describe", "--always", "--dirty"), PATIENCE);
        return asked.exitCode() == 0 ? asked.output().strip() : "unknown";
    }
}
