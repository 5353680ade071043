package io.drawbore.testkit.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads lists of mutants. A list is a text file of blocks with empty lines between them; lines that begin with
 * {@code #} are remarks:
 *
 * <pre>{@code
 * mutant: half of the voters are a majority
 * rule: Any two majorities have a voter in common.
 * in: io.drawbore.raft.internal.MajorityQuorum
 * - return voters.size() / 2 + 1;
 * + return (voters.size() + 1) / 2;
 * }</pre>
 *
 * <p>A block has one or more lines of code as it stands ({@code -}) and any number of lines to take their place
 * ({@code +}).
 */
public final class MutantList {
    private MutantList() {
    }

    /**
     * The mutants of all {@code .txt} files of a directory, in the order of the files' names.
     *
     * @throws InvalidMutantException if a block is not complete, or a name is given twice
     */
    public static List<Mutant> readAll(Path directory) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".txt")).sorted().toList()) {
                mutants.addAll(parse(Files.readString(file)));
            }
        }
        Set<String> names = new HashSet<>();
        for (Mutant mutant : mutants) {
            if (!names.add(mutant.name())) {
                throw new InvalidMutantException(mutant.name(), "is listed twice");
            }
        }
        return List.copyOf(mutants);
    }

    /**
     * The mutants of one list.
     *
     * @throws InvalidMutantException if a block is not complete
     */
    public static List<Mutant> parse(String list) {
        List<Mutant> mutants = new ArrayList<>();
        Block block = new Block();
        for (String line : (list + "\n\n").lines().toList()) {
            if (line.isBlank()) {
                if (block.begun) {
                    mutants.add(block.mutant());
                    block = new Block();
                }
            } else if (!line.startsWith("#")) {
                block.take(line);
            }
        }
        return List.copyOf(mutants);
    }

    /** A block as far as it was read. */
    private static final class Block {
        private boolean begun;
        private String name = "";
        private String rule = "";
        private String className = "";
        private final List<String> stands = new ArrayList<>();
        private final List<String> replacement = new ArrayList<>();

        void take(String line) {
            begun = true;
            if (line.startsWith("mutant:")) {
                name = value(line);
            } else if (line.startsWith("rule:")) {
                rule = value(line);
            } else if (line.startsWith("in:")) {
                className = value(line);
            } else if (line.startsWith("-")) {
                stands.add(line.substring(1));
            } else if (line.startsWith("+")) {
                replacement.add(line.substring(1));
            } else {
                throw new InvalidMutantException(name, "has a line that says nothing: " + line);
            }
        }

        private static String value(String line) {
            return line.substring(line.indexOf(':') + 1).strip();
        }

        Mutant mutant() {
            return new Mutant(name, rule, className, String.join("\n", stands), String.join("\n", replacement));
        }
    }
}
