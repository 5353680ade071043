package io.drawbore.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Links a runtime of the JDK's modules that a member needs, with the tools of a JDK that runs here. The JDK that it is
 * linked from may be of another platform and need not have its modules in {@code jmods}: they are then taken out of its
 * run-time image.
 */
final class RuntimeImage {
    /** What our modules and libraries require, what Unsafe's users need, and HTTP and zips for plug-ins. */
    private static final List<String> ALWAYS = List.of(
            "java.base",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.sql",
            "java.sql.rowset",
            "jdk.crypto.ec",
            "jdk.management",
            "jdk.naming.dns",
            "jdk.net",
            "jdk.unsupported",
            "jdk.zipfs");

    /** The native libraries of modules other than java.base; those of modules that aren't here are left out. */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "java.management", List.of("libmanagement.so"),
            "jdk.management", List.of("libmanagement_ext.so"),
            "jdk.net", List.of("libextnet.so"),
            "jdk.crypto.cryptoki", List.of("libj2pkcs11.so"),
            "java.base",
                    List.of(
                            "classlist",
                            "jexec",
                            "jspawnhelper",
                            "jvm.cfg",
                            "libjava.so",
                            "libjimage.so",
                            "libjli.so",
                            "libjsig.so",
                            "libnet.so",
                            "libnio.so",
                            "libsimdsort.so",
                            "libsyslookup.so",
                            "libverify.so",
                            "libzip.so",
                            "tzdb.dat",
                            "security",
                            "server"));

    private final Path tools;
    private final Path scratch;

    /** The JDK whose tools are run, and a folder for what is made on the way. */
    RuntimeImage(final Path tools, final Path scratch) {
        this.tools = tools.resolve("bin");
        this.scratch = scratch;
    }

    /** Links one and answers its folder. */
    Path link(final Path jdk, final Platform platform, final boolean foreign, final List<String> more)
            throws IOException {
        final Path image = scratch.resolve("runtime");
        delete(scratch);
        Files.createDirectories(scratch);
        final TreeSet<String> modules = new TreeSet<>(ALWAYS);
        modules.addAll(more);
        final List<String> line = new ArrayList<>(List.of(
                tools.resolve("jlink").toString(),
                "--add-modules",
                String.join(",", modules),
                "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--compress",
                "zip-9",
                "--output",
                image.toString()));
        if (foreign && Files.isDirectory(jdk.resolve("jmods"))) {
            line.addAll(List.of("--module-path", jdk.resolve("jmods").toString()));
        } else if (foreign) {
            // The image has what this would make, and refuses to have it twice.
            line.addAll(List.of(
                    "--module-path", jmods(jdk, platform).toString(), "--disable-plugin", "generate-jli-classes"));
        }
        run(line);
        return image;
    }

    /** Makes packed modules again of those in an image. */
    private Path jmods(final Path jdk, final Platform platform) throws IOException {
        final Path classes = scratch.resolve("classes");
        final Path packed = Files.createDirectories(scratch.resolve("jmods"));
        run(List.of(
                tools.resolve("jimage").toString(),
                "extract",
                "--dir",
                classes.toString(),
                jdk.resolve("lib/modules").toString()));
        for (final Path generated : list(classes.resolve("java.base/jdk/internal/module"))) {
            if (generated.getFileName().toString().startsWith("SystemModules$")) {
                Files.delete(generated);
            }
        }
        final List<Path> modules = new ArrayList<>(list(classes));
        // last, since it holds the others' hashes
        modules.sort(
                Comparator.comparing((Path module) -> module.endsWith("java.base")).thenComparing(module -> module));
        for (final Path module : modules) {
            final String name = module.getFileName().toString();
            final List<String> line =
                    new ArrayList<>(List.of(tools.resolve("jmod").toString(), "create"));
            line.addAll(List.of("--class-path", module.toString()));
            final List<String> libraries = LIBRARIES.get(name);
            if (libraries != null) {
                line.addAll(List.of("--libs", copy(jdk.resolve("lib"), name + "-lib", libraries)));
            }
            if (Files.isDirectory(jdk.resolve("legal/" + name))) {
                line.addAll(List.of("--legal-notices", jdk.resolve("legal/" + name).toRealPath().toString()));
            }
            if (name.equals("java.base")) {
                line.addAll(List.of(
                        "--config",
                                copy(
                                        jdk.resolve("conf"),
                                        "conf",
                                        List.of("logging.properties", "net.properties", "security")),
                        "--cmds", copy(jdk.resolve("bin"), "bin", List.of("java", "keytool")),
                        "--target-platform", platform.jmod(),
                        "--module-path", packed.toString(),
                        "--hash-modules", ".*"));
            }
            line.add(packed.resolve(name + ".jmod").toString());
            run(line);
        }
        return packed;
    }

    private String copy(final Path from, final String to, final List<String> names) throws IOException {
        final Path folder = Files.createDirectories(scratch.resolve(to));
        for (final String name : names) {
            if (Files.exists(from.resolve(name))) {
                try (Stream<Path> files = Files.walk(from.resolve(name))) {
                    for (final Path file : files.toList()) {
                        final Path copy = folder.resolve(from.relativize(file).toString());
                        if (Files.isDirectory(file)) {
                            Files.createDirectories(copy);
                        } else {
                            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        }
                    }
                }
            }
        }
        return folder.toString();
    }

    private static List<Path> list(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void run(final List<String> line) throws IOException {
        final Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", line) + ": " + said);
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static void delete(final Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
