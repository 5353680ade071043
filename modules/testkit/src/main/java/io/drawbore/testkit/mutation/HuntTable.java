package io.drawbore.testkit.mutation;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.drawbore.testkit.mutation.SeedHunt.Find;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hunts mutant after mutant and writes down what came of each, a line each and at once, so that a campaign that is cut
 * short leaves what it has. One thread.
 */
public final class HuntTable {
    private static final int LONGEST_REASON = 110;

    private final SeedHunt hunt;
    private final long seeds;
    private final Path file;
    private final List<String> survivors = new ArrayList<>();

    /**
     * An empty table.
     *
     * @param seeds how many each mutant is worth, from 1 on
     * @param file lines are added to its end
     */
    public HuntTable(SeedHunt hunt, long seeds, Path file) {
        this.hunt = hunt;
        this.seeds = seeds;
        this.file = file;
    }

    /** Hunts one. */
    public void add(Mutant mutant) {
        long start = System.nanoTime();
        Optional<Find> find = hunt.hunt(mutant, 1, seeds, () -> false);
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        if (find.isEmpty()) {
            survivors.add(mutant.name());
        }
        write(mutant.name() + " | " + find.map(one -> "seed " + one.seed()).orElse("not within " + seeds) + " | "
                + seconds + " s | " + find.map(HuntTable::reason).orElse(""));
    }

    private static String reason(Find find) {
        String line = find.reason().lines().findFirst().orElse("");
        return line.substring(0, Math.min(LONGEST_REASON, line.length()));
    }

    private void write(String line) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, line + "\n", CREATE, APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The mutants that no seed noticed. */
    public List<String> survivors() {
        return List.copyOf(survivors);
    }
}
