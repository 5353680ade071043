package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.testkit.ModuleJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder for each thing that can be wrong with a plug-in, and a few good ones between them; all listed by one
 * process, since only that has Drawbore's modules on its module path.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginFaultsTest {
    private static final List<Path> PATH = ModuleJar.classPath();

    private final Map<String, String> expected = new LinkedHashMap<>();
    private Path folder = Path.of("");
    private String listed = "";
    private List<String> faults = List.of();

    private record Ran(int exitCode, String out, List<String> err) {}

    @BeforeAll
    void oneProcessListsThem(@TempDir final Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        good();
        descriptors();
        modules();
        providers();
        offers();
        final Ran ran = run("plugins", "list", "--plugins-dir=" + folder.resolve("plugins"));
        listed = ran.out();
        faults = ran.err();
        assertEquals(1, ran.exitCode(), () -> ran.out() + ran.err());
    }

    private static Ran run(final String... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-p",
                System.getProperty("java.class.path"),
                "-m",
                "io.drawbore.launcher/io.drawbore.launcher.Main"));
        command.addAll(List.of(arguments));
        final Path err = Files.createTempFile("plug-ins", ".txt");
        try {
            final Process process =
                    new ProcessBuilder(command).redirectError(err.toFile()).start();
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), out, Files.readAllLines(err));
        } finally {
            Files.delete(err);
        }
    }

    private Path plugin(final String name) {
        return folder.resolve("plugins").resolve(name);
    }

    private static ModuleJar module(final String module, final String directives) {
        return new ModuleJar(PATH).with("module-info.java", "module " + module + " { " + directives + " }");
    }

    private static String describe(final String name) {
        return "name=" + name + "\nversion=1.2\napi=1.0\n";
    }

    private static ModuleJar acme(final String name, final String body) {
        return acme(PATH, name, "", body);
    }

    /** A plug-in whose module says more than it must, and whose class has a body of its own. */
    private static ModuleJar acme(
            final List<Path> path, final String name, final String directives, final String body) {
        return new ModuleJar(path)
                .with("module-info.java", """
                        module acme.%1$s {
                            requires io.drawbore.api;
                            provides io.drawbore.api.Plugin with acme.%1$s.Acme;
                            %2$s
                        }
                        """.formatted(name, directives))
                .with("acme/" + name + "/Acme.java", """
                        package acme.%1$s;
                        public final class Acme implements io.drawbore.api.Plugin {
                            @Override public String name() { return "%1$s"; }
                            %2$s
                        }
                        """.formatted(name, body));
    }

    private void faulty(final String name, final String why) {
        expected.put(name, why);
    }

    private void good() {
        final Path plain = plugin("good").resolve("library.jar");
        // its package is one of Guice's, which the host has as well: neither sees the other
        new ModuleJar(PATH)
                .with("com/google/inject/Secret.java", """
                        package com.google.inject;
                        public final class Secret {
                            public static String text() {
                                try {
                                    return Class.forName("com.google.inject.Guice").getName();
                                } catch (ClassNotFoundException hidden) {
                                    return Secret.class.getClassLoader().getName();
                                }
                            }
                        }
                        """)
                .write(plain);
        final List<Path> path = new ArrayList<>(List.of(plain));
        PATH.stream().filter(one -> !one.toString().contains("guice")).forEach(path::add);
        new ModuleJar(path)
                .with("module-info.java", """
                        module acme.good {
                            requires io.drawbore.api;
                            requires org.jspecify;
                            requires org.slf4j;
                            requires library;
                            provides io.drawbore.api.Plugin with acme.good.Acme;
                        }
                        """)
                .with("acme/good/Acme.java", """
                        package acme.good;
                        import io.drawbore.api.*;
                        import java.util.List;
                        public final class Acme implements Plugin {
                            @Override public String name() { return "good"; }
                            @Override public List<CheckpointPersistence> checkpointPersistences() {
                                String seen = com.google.inject.Secret.text();
                                return List.of(new CheckpointPersistence() {
                                    @Override public String name() { return seen; }
                                    @Override public boolean keepsBelow36(MinorVersion version) { return true; }
                                });
                            }
                        }
                        """)
                .with(PluginDescriptor.FILE, "name=good\nversion=1.2\napi=1.0-1.9\n"
                        + "config=url, user\nafter=later, absent\n")
                .write(plugin("good").resolve("acme.jar"));
        acme("later", "").with(PluginDescriptor.FILE, describe("later")).write(plugin("later").resolve("a.jar"));
    }

    private void descriptors() {
        final Map<String, String> texts = new LinkedHashMap<>();
        texts.put("unnamed", "version=1\napi=1.0");
        faulty("unnamed", "META-INF/drawbore/plugin.properties of a.jar lacks the key \"name\"");
        texts.put("chatty", describe("chatty") + "author=me");
        faulty(
                "chatty",
                "META-INF/drawbore/plugin.properties of a.jar has the unknown key \"author\"; there are: after, api,"
                        + " config, name, version");
        texts.put("vague", "name=vague\nversion=1\napi=latest");
        faulty("vague", "of a.jar has api=latest, which is neither as in 1.0 nor as in 1.0-1.4");
        texts.put("shouting", "name=SHOUTING\nversion=1\napi=1.0");
        faulty(
                "shouting",
                "of a.jar has name=SHOUTING, where lower-case letters, digits and single dashes are allowed");
        texts.put("early", "name=early\nversion=1\napi=1.7");
        faulty(
                "early",
                "plug-in early 1: it was written for API 1.7, and this Drawbore has 1.0: take a newer Drawbore");
        texts.put("alias", describe("other"));
        faulty(
                "alias",
                "it is called other in META-INF/drawbore/plugin.properties and alias in its code: make both the same");
        texts.forEach((name, text) ->
                acme(name, "").with(PluginDescriptor.FILE, text).write(plugin(name).resolve("a.jar")));
        acme("mute", "").write(plugin("mute").resolve("a.jar"));
        faulty("mute", "a.jar has no META-INF/drawbore/plugin.properties: add it, with the keys name, version and api");
    }

    private void modules() throws IOException {
        Files.createDirectories(plugin("empty"));
        faulty("empty", "there is no jar in it: put the plug-in's jars there, or remove it");
        Files.createDirectories(plugin("corrupt"));
        Files.writeString(plugin("corrupt").resolve("a.jar"), "no zip");
        faulty("corrupt", "a.jar is no readable jar (zip END header not found): copy it there again");

        almostGood("needy", "requires absent;", module("absent", ""));
        Files.delete(plugin("needy").resolve("b.jar"));
        faulty("needy", "a.jar requires module absent, which is neither in the folder nor open to plug-ins");
        almostGood("nosy", "requires com.google.guice;", null);
        faulty("nosy", "a.jar requires module com.google.guice, which Drawbore keeps for itself: put a jar of it");
        almostGood("prying", "requires io.drawbore.server;", null);
        faulty(
                "prying",
                "a.jar requires module io.drawbore.server, which is closed to plug-ins; open are com.google.protobuf,"
                        + " io.drawbore.api, io.drawbore.proto, org.jspecify, org.slf4j, java.* and jdk.*");
        almostGood("aggregate", "requires java.se;", null);
        faulty(
                "aggregate",
                "a.jar requires module java.se, which this member hasn't loaded: start with"
                        + " DRAWBORE_JAVA_OPTS=--add-modules=java.se");
        almostGood("impostor", "", module("org.slf4j", ""));
        faulty("impostor", "b.jar is module org.slf4j, which plug-ins have of Drawbore or of Java: remove it");
        almostGood("twin", "", module("acme.twin", ""));
        faulty("twin", "a.jar and b.jar are both module acme.twin: remove one of them");
        almostGood("split", "", type(module("other", ""), "acme.split"));
        faulty("split", "package acme.split is split between a.jar and b.jar: remove one of them, or make one jar");
        almostGood("shadowing", "", type(module("shadow", ""), "io.drawbore.server.internal"));
        faulty(
                "shadowing",
                "b.jar holds package io.drawbore.server.internal, which is module io.drawbore.server's: remove");
        almostGood("shading", "", type(new ModuleJar(PATH), "com.google.protobuf"));
        faulty("shading", "b.jar holds package com.google.protobuf, which is module com.google.protobuf's");
    }

    /** A plug-in that would be good but for what its module says, or for a second jar. */
    private void almostGood(final String name, final String directives, final @Nullable ModuleJar second) {
        final List<Path> path = new ArrayList<>(PATH);
        if (second != null) {
            path.add(second.write(plugin(name).resolve("b.jar")));
        }
        acme(directives.isEmpty() ? PATH : path, name, directives, "")
                .with(PluginDescriptor.FILE, describe(name))
                .write(plugin(name).resolve("a.jar"));
    }

    private static ModuleJar type(final ModuleJar jar, final String packageName) {
        return jar.with(
                packageName.replace('.', '/') + "/Type.java", "package " + packageName + "; public class Type {}");
    }

    private void providers() {
        module("idle", "").write(plugin("idle").resolve("a.jar"));
        faulty(
                "idle",
                "no module in it provides io.drawbore.api.Plugin: say 'provides io.drawbore.api.Plugin with …'");
        new ModuleJar(PATH)
                .with("META-INF/services/io.drawbore.api.Plugin", "acme.old.Acme\n")
                .with("acme/old/Acme.java", "package acme.old; public class Acme implements io.drawbore.api.Plugin {"
                        + " public String name() { return \"old\"; } }")
                .write(plugin("old").resolve("a.jar"));
        faulty("old", "a.jar provides io.drawbore.api.Plugin in META-INF/services and is no module: add a module-info");
        final Path pair = plugin("pair");
        acme("one", "").with(PluginDescriptor.FILE, describe("one")).write(pair.resolve("a.jar"));
        acme("two", "").with(PluginDescriptor.FILE, describe("two")).write(pair.resolve("b.jar"));
        faulty("pair", "this one provides acme.one.Acme of a.jar and acme.two.Acme of b.jar: give each a folder");
        acme("angry", "public Acme() { throw new IllegalStateException(\"not today\"); }")
                .with(PluginDescriptor.FILE, describe("angry"))
                .write(plugin("angry").resolve("a.jar"));
        faulty("angry", "plug-in angry cannot be made: ");
        acme("broken", "@Override public java.util.List<io.drawbore.api.Auditor> auditors() {"
                        + " throw new UnsupportedOperationException(\"no list\"); }")
                .with(PluginDescriptor.FILE, describe("broken"))
                .write(plugin("broken").resolve("a.jar"));
        faulty("broken", "plug-in broken cannot be made: java.lang.UnsupportedOperationException: no list");
        for (final String name : List.of("copy-1", "copy-2")) {
            acme("copy", "").with(PluginDescriptor.FILE, describe("copy")).write(plugin(name).resolve("a.jar"));
        }
    }

    private void offers() {
        acme("greedy", """
                        @Override public java.util.List<io.drawbore.api.BackendProvider> backends() {
                            return java.util.List.of(new io.drawbore.api.BackendProvider() {
                                @Override public String name() { return "sqlite"; }
                                @Override public io.drawbore.api.Backend open(Options options) { return null; }
                            });
                        }
                        @Override public java.util.List<io.drawbore.api.GrpcService> grpcServices() {
                            return java.util.List.of(new io.drawbore.api.GrpcService() {
                                @Override public String name() { return "etcdserverpb.Acme"; }
                                @Override public java.util.List<Method<?, ?>> methods() { return java.util.List.of(); }
                            });
                        }
                        @Override public java.util.List<io.drawbore.api.HttpPath> httpPaths() {
                            return java.util.List.of(new io.drawbore.api.HttpPath() {
                                @Override public String path() { return "/health"; }
                                @Override public Answer answer(Request request) { return null; }
                            });
                        }
                        """)
                .with(PluginDescriptor.FILE, describe("greedy"))
                .write(plugin("greedy").resolve("a.jar"));
    }

    private List<String> ofGreedy() {
        final Path origin = plugin("greedy");
        return List.of(
                "backend \"sqlite\" is there twice, in backend-sqlite (built in) and in greedy (" + origin
                        + "): remove one of them, or leave it out with --plugins",
                "gRPC service etcdserverpb.Acme of plug-in greedy: names that begin with etcdserverpb., v3lockpb.,"
                        + " v3electionpb., grpc. are the member's own (" + origin + ")",
                "HTTP path /health of plug-in greedy: /health and all below it are the member's own (" + origin + ")");
    }

    @Test
    void whatAPlugInMayNotOfferIsRefusedBeforeAnythingIsStarted() {
        assertTrue(faults.containsAll(ofGreedy()), () -> String.join("\n", faults));
    }

    @Test
    void aVerificationRefusesWhatAStartRefuses() throws IOException, InterruptedException {
        final Ran ran = run("plugins", "verify", plugin("greedy").toString(), plugin("good").toString());
        assertEquals(1, ran.exitCode());
        assertEquals(ofGreedy(), ran.err());
        assertTrue(ran.out().startsWith("good 1.2 for API 1.0-1.9"), ran.out());

        final Ran twice = run("plugins", "verify", plugin("copy-1").toString(), plugin("copy-2").toString());
        assertEquals(1, twice.err().size(), twice.err()::toString);
        assertTrue(twice.err().getFirst().startsWith("plug-in \"copy\" is there twice"), twice.err()::toString);
    }

    List<String> names() {
        return List.copyOf(expected.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsWrongIsOneLineThatNamesTheFolder(final String name) {
        final List<String> lines = faults.stream()
                .filter(line -> line.startsWith("plug-in folder " + plugin(name) + " cannot be used: "))
                .toList();
        assertEquals(1, lines.size(), () -> name + ": " + faults);
        assertTrue(lines.getFirst().contains(String.valueOf(expected.get(name))), lines::toString);
    }

    @Test
    void aNameThatIsThereTwiceIsOneLineToo() {
        final List<String> lines =
                faults.stream().filter(line -> line.startsWith("plug-in \"copy\"")).toList();
        assertEquals(
                List.of("plug-in \"copy\" is there twice, in copy (" + plugin("copy-1") + ") and in copy ("
                        + plugin("copy-2") + "): remove one of them, or leave it out with --plugins"),
                lines);
    }

    @Test
    void nothingElseIsSaid() {
        assertEquals(expected.size() + 1 + ofGreedy().size(), faults.size(), () -> String.join("\n", faults));
    }

    @Test
    void theGoodOnesAreListedWithWhatTheyOfferInTheOrderOfTheirStart() {
        final String good = listed.lines().filter(line -> line.startsWith("good ")).findFirst().orElseThrow();
        assertEquals(List.of("good", "1.2", "1.0-1.9", plugin("good").toString()), List.of(good.split(" +")));
        assertTrue(listed.contains("\n  configuration key: url, user\n"), listed);
        assertTrue(listed.indexOf("\nlater ") > 0 && listed.indexOf("\nlater ") < listed.indexOf("\ngood "), listed);
        assertTrue(listed.contains("\n  log store: wal\n"), listed);
    }

    @Test
    void aPlugInSeesItsOwnJarsAndNothingOfTheHostsOwn() {
        assertTrue(listed.contains("\n  checkpoint persistence: plugin-good\n"), listed);
    }
}
