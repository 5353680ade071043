package io.drawbore.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux says that processes have used: CPU seconds, user and system, together, and the memory of the largest. */
final class ProcessCost {
    /** The unit of /proc/pid/stat: Linux answers 100 on every machine that Java runs on. */
    private static final double TICKS_PER_SECOND = 100.0;

    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+([0-9]+) kB");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+([0-9]+) kB");

    private final List<Path> folders;

    ProcessCost(final List<Long> pids) {
        this.folders =
                pids.stream().map(pid -> Path.of("/proc", Long.toString(pid))).toList();
    }

    /** User and system time since the processes began, their threads that ended included. */
    double cpuSeconds() {
        return folders.stream().mapToDouble(folder -> cpuSeconds(read(folder, "stat"))).sum();
    }

    /** The largest resident set since its process began or since {@link #forgetPeak}. */
    double peakMebibytes() {
        return largest(PEAK);
    }

    /** The largest resident set of now. */
    double residentMebibytes() {
        return largest(RESIDENT);
    }

    private double largest(final Pattern line) {
        return folders.stream()
                .mapToDouble(folder -> mebibytes(line, read(folder, "status")))
                .max()
                .orElse(Double.NaN);
    }

    /** Lets the peak begin anew; where the kernel refuses, it goes on from the start of the process. */
    void forgetPeak() {
        try {
            for (final Path folder : folders) {
                Files.writeString(folder.resolve("clear_refs"), "5");
            }
        } catch (final IOException refused) {
            // The peak of the whole process is shown then, which is never too small.
            return;
        }
    }

    /** The program's name stands in parentheses and may hold anything, so fields are counted after the last one. */
    static double cpuSeconds(final String stat) {
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    static double mebibytes(final Pattern line, final String status) {
        final Matcher matcher = line.matcher(status);
        return matcher.find() ? Long.parseLong(matcher.group(1)) / 1024.0 : Double.NaN;
    }

    private static String read(final Path folder, final String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (final IOException ended) {
            throw new UncheckedIOException("the server has ended", ended);
        }
    }
}
