package io.drawbore.testkit.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What can be mutated.
 *
 * @param roots directories of sources, as {@code src/main/java}
 * @param packages which classes get a life of their own with each mutant, by the beginning of their names, as
 *     {@code io.drawbore.raft.}: those that are mutated, those that use them, and the judges. All others are shared.
 */
public record MutableSources(List<Path> roots, List<String> packages) {
    /** Keeps copies. */
    public MutableSources {
        roots = List.copyOf(roots);
        packages = List.copyOf(packages);
    }

    boolean covers(String className) {
        return packages.stream().anyMatch(className::startsWith);
    }

    /** Whether the code that a mutant changes is there, once. */
    public boolean fits(Mutant mutant) {
        try {
            return !mutant.applyTo(sourceOf(mutant)).isEmpty();
        } catch (InvalidMutantException outdated) {
            return false;
        }
    }

    String sourceOf(Mutant mutant) {
        if (!covers(mutant.className())) {
            throw new InvalidMutantException(mutant.name(),
                    "changes " + mutant.className() + ", outside of " + packages);
        }
        Path file = Path.of(mutant.className().replace('.', '/') + ".java");
        for (Path root : roots) {
            if (Files.exists(root.resolve(file))) {
                try {
                    return Files.readString(root.resolve(file));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        }
        throw new InvalidMutantException(mutant.name(), "changes " + file + ", which is in none of " + roots);
    }
}
