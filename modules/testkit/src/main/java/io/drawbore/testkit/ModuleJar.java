package io.drawbore.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A jar whose sources stand in a test: compiled and packed where it is asked for, as a third party's build would do it.
 * One thread.
 */
public final class ModuleJar {
    private static final String SEPARATOR = System.getProperty("path.separator");

    private final List<Path> path;
    private final Map<String, String> files = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param path jars and folders of classes that it is compiled against
     */
    public ModuleJar(List<Path> path) {
        this.path = List.copyOf(path);
    }

    /** Those of this process's own class path. */
    public static List<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(SEPARATOR))
                .map(Path::of)
                .toList();
    }

    /** Adds a file; one that ends in {@code .java} is compiled, any other goes into the jar as it is. */
    public ModuleJar with(String name, String text) {
        files.put(name, text);
        return this;
    }

    /**
     * Compiles and packs it.
     *
     * @throws IllegalStateException what the compiler says, where it refuses
     */
    public Path write(Path jar) {
        try {
            Path scratch = Files.createTempDirectory("module-jar");
            try {
                Path classes = Files.createDirectory(scratch.resolve("classes"));
                lay(scratch.resolve("sources"), classes);
                pack(classes, jar);
            } finally {
                delete(scratch);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void lay(Path sources, Path classes) throws IOException {
        List<Path> compiled = new ArrayList<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            boolean source = file.getKey().endsWith(".java");
            Path to = (source ? sources : classes).resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.writeString(to, file.getValue());
            if (source) {
                compiled.add(to);
            }
        }
        if (!compiled.isEmpty()) {
            compile(compiled, classes);
        }
    }

    private void compile(List<Path> sources, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        String joined = path.stream().map(Path::toString).collect(Collectors.joining(SEPARATOR));
        boolean module = files.containsKey("module-info.java");
        List<String> options =
                List.of(module ? "--module-path" : "--class-path", joined, "-d", classes.toString(), "-proc:none");
        boolean good = compiler.getTask(
                        messages,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjectsFromPaths(sources))
                .call();
        if (!good) {
            throw new IllegalStateException(messages.toString());
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> found = Files.walk(classes)) {
            for (Path one : found.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(
                        classes.relativize(one).toString().replace(one.getFileSystem().getSeparator(), "/")));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(one);
            }
        }
    }
}
