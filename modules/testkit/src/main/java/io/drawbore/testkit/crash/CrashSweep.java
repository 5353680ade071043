package io.drawbore.testkit.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Stops a recorded process at its writes and syncs, one after the other and in every way of {@link DiskReplay.Stop}
 * that can make a difference there, and shows each disk that is left behind to an inspector.
 *
 * @param events the record
 * @param everyWrite 1 to stop at every write, n for every n-th; at all else it always stops, but only after the
 *     last of several things said in a row
 * @param seed decides what survives; a violation names it
 */
public record CrashSweep(List<DiskEvent> events, int everyWrite, long seed) {
    /**
     * A moment and a way to stop.
     *
     * @param position events that have happened
     * @param stop the way
     * @param seed what survives
     * @param marks what the process had said
     */
    public record Cut(int position, DiskReplay.Stop stop, long seed, List<String> marks) {}

    /** Judges what is left. */
    @FunctionalInterface
    public interface Inspector {
        /**
         * Looks at a rebuilt folder; may change it.
         *
         * @return what is wrong, if anything is
         */
        Optional<String> inspect(Path folder, Cut cut) throws IOException;
    }

    /** Something that must not be left behind. */
    public record Violation(String what, int position, DiskReplay.Stop stop, long seed) {}

    /**
     * What a sweep saw.
     *
     * @param cuts disks inspected
     * @param violations what was wrong, in order
     */
    public record Report(int cuts, List<Violation> violations) {}

    /** Sweeps, rebuilding every disk in a folder below {@code work}. */
    public Report run(Path work, Inspector inspector) throws IOException {
        DiskReplay replay = new DiskReplay();
        List<String> marks = new ArrayList<>();
        List<Violation> violations = new ArrayList<>();
        Random random = new Random(seed);
        int cuts = 0;
        int writes = 0;
        for (int position = 1; position <= events.size(); position++) {
            DiskEvent event = events.get(position - 1);
            replay.apply(event);
            if (event instanceof DiskEvent.Marked marked) {
                marks.add(marked.text());
            }
            boolean skippedWrite = event instanceof DiskEvent.Written && writes++ % everyWrite != 0;
            boolean saysMore = event instanceof DiskEvent.Marked
                    && position < events.size()
                    && events.get(position) instanceof DiskEvent.Marked;
            if (skippedWrite || saysMore) {
                continue;
            }
            for (DiskReplay.Stop stop : stopsAfter(event)) {
                Cut cut = new Cut(position, stop, random.nextLong(), List.copyOf(marks));
                Path folder = Files.createDirectory(work.resolve("cut-" + position + "-" + stop));
                replay.materialise(folder, stop, new Random(cut.seed()));
                inspector.inspect(folder, cut)
                        .ifPresent(what -> violations.add(new Violation(what, cut.position(), stop, cut.seed())));
                delete(folder);
                cuts++;
            }
        }
        return new Report(cuts, List.copyOf(violations));
    }

    /** A write leaves what was synced as it was, and a sync what a killed process leaves. */
    private static List<DiskReplay.Stop> stopsAfter(DiskEvent event) {
        return switch (event) {
            case DiskEvent.Written ignored ->
                List.of(DiskReplay.Stop.KILL, DiskReplay.Stop.ANY_SUBSET, DiskReplay.Stop.TORN_LAST_WRITE);
            case DiskEvent.Synced ignored -> List.of(DiskReplay.Stop.SYNCED_ONLY, DiskReplay.Stop.ANY_SUBSET);
            case DiskEvent.Marked ignored -> List.of(DiskReplay.Stop.KILL, DiskReplay.Stop.SYNCED_ONLY);
            default -> List.of(DiskReplay.Stop.KILL, DiskReplay.Stop.SYNCED_ONLY, DiskReplay.Stop.ANY_SUBSET);
        };
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
