package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's plug-in: compiled against module-api alone, dropped into the plug-ins folder of a distribution. */
class PluginFolderTest {
    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void copyTheDistribution() throws IOException {
        home = folder.resolve("drawbore");
        final Path from = MemberProcess.home();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(final Path dir, final BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectory(home.resolve(from.relativize(dir).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.copy(file, home.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void aGoodOneIsListedAndChosen() throws IOException {
        install("acme", "acme");
        final List<String> listed = plugins(0);
        assertTrue(listed.stream().anyMatch(line -> line.startsWith("acme (" + home.resolve("plugins/acme"))
                && line.contains("backends acme")), listed::toString);
        final Ports ports = Ports.free();
        final List<String> flags = ports.flags(folder.resolve("data"), "--backend=acme");
        try (MemberProcess member = start(flags);
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals(2, client.put("a", "1"));
            assertEquals(143, member.terminate());
            assertTrue(Files.exists(folder.resolve("data/member/store/opened-by-acme")), "the choice is used");
        }
    }

    @Test
    void aNameThatIsThereTwiceIsRefused() throws IOException {
        install("acme", "acme");
        install("copy", "acme");
        final List<String> listed = plugins(1);
        assertTrue(listed.stream().anyMatch(line -> line.startsWith("backend \"acme\" is there twice")),
                listed::toString);
        final Ports ports = Ports.free();
        try (MemberProcess member = start(ports.flags(folder.resolve("data")))) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("backend \\\"acme\\\" is there twice"), member::text);
        }
    }

    private MemberProcess start(final List<String> arguments) {
        return MemberProcess.start(folder, Map.of(), home.resolve("bin/drawbore"), arguments);
    }

    private List<String> plugins(final int exitCode) {
        try (MemberProcess listing = start(List.of("plugins"))) {
            assertEquals(exitCode, listing.awaitEnd(), listing::text);
            return listing.lines();
        }
    }

    /** A module that offers a store under a name of its own: it leaves a mark and hands on to SQLite's. */
    private void install(final String directory, final String name) throws IOException {
        final Path source = Files.createDirectories(folder.resolve(directory + "-src/acme/store"));
        final Path root = folder.resolve(directory + "-src");
        Files.writeString(root.resolve("module-info.java"), """
                module acme.store {
                    requires io.drawbore.api;
                    uses io.drawbore.api.Plugin;
                    provides io.drawbore.api.Plugin with acme.store.AcmePlugin;
                }
                """);
        Files.writeString(source.resolve("AcmePlugin.java"), String.format(Locale.ROOT, """
                package acme.store;

                import io.drawbore.api.Backend;
                import io.drawbore.api.BackendProvider;
                import io.drawbore.api.Plugin;
                import java.io.IOException;
                import java.io.UncheckedIOException;
                import java.nio.file.Files;
                import java.util.List;
                import java.util.ServiceLoader;

                public final class AcmePlugin implements Plugin {
                    @Override
                    public String name() {
                        return "%1$s";
                    }

                    @Override
                    public List<BackendProvider> backends() {
                        return List.of(new AcmeProvider());
                    }

                    private static final class AcmeProvider implements BackendProvider {
                        @Override
                        public String name() {
                            return "%1$s";
                        }

                        @Override
                        public Backend open(Options options) {
                            Backend opened = ServiceLoader.load(AcmePlugin.class.getModule().getLayer(),
                                    Plugin.class).stream()
                                    .filter(plugin -> plugin.type() != AcmePlugin.class)
                                    .flatMap(plugin -> plugin.get().backends().stream())
                                    .findFirst()
                                    .orElseThrow()
                                    .open(options);
                            try {
                                Files.writeString(options.folder().resolve("opened-by-%1$s"), "");
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return opened;
                        }
                    }
                }
                """, name));
        final Path classes = folder.resolve(directory + "-classes");
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final var messages = new StringWriter();
        final boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("--module-path", home.resolve("lib").toString(), "-d", classes.toString()),
                        null,
                        compiler.getStandardFileManager(null, null, null)
                                .getJavaFileObjects(root.resolve("module-info.java"),
                                        source.resolve("AcmePlugin.java")))
                .call();
        assertTrue(compiled, messages::toString);
        final Path plugin = Files.createDirectories(home.resolve("plugins").resolve(directory));
        pack(classes, plugin.resolve("acme-store.jar"));
    }

    private static void pack(final Path classes, final Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> found = Files.walk(classes)) {
            for (final Path one : found.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }
}
