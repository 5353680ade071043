package io.drawbore.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the checkout's files lie. */
final class Sources {
    private Sources() {}

    /** The checkout. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("module-api"))) {
            here = here.getParent();
        }
        return here;
    }

    /** The folders of all rooms that have Java sources to ship. */
    static List<Path> rooms() {
        Path root = root();
        try (Stream<Path> top = Files.list(root);
                Stream<Path> modules = Files.list(root.resolve("modules"))) {
            return Stream.concat(top, modules)
                    .filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files below the rooms' sources, the docs and the scripts that people read. */
    static List<Path> files(String ending) {
        Path root = root();
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(Files::isRegularFile)
                    .filter(file -> notGenerated(root.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean notGenerated(Path file) {
        for (Path part : file) {
            if (part.toString().equals("target") || part.toString().equals(".git")) {
                return false;
            }
        }
        return true;
    }
}
