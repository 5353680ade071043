package io.drawbore.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each module exports, opens, requires, uses and provides is written down; a change shows in the diff. After a
 * change that is meant: copy what the failure says into the file of {@code src/test/resources/descriptors}.
 */
class ModuleDescriptorsTest {
    private static final Path DESCRIPTORS =
            Sources.root().resolve("modules/architecture-tests/src/test/resources/descriptors");

    /** What third parties compile against. */
    private static final Set<String> OPEN = Set.of(
            "io.drawbore.api",
            "io.drawbore.proto",
            "io.drawbore.embed",
            "io.drawbore.junit",
            "io.drawbore.testkit",
            "io.drawbore.simulator");

    static Stream<Path> rooms() {
        return Sources.rooms().stream();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void theDescriptorIsTheOneWrittenDown(Path room) throws IOException {
        ModuleDescriptor descriptor = descriptor(room);
        Path file = DESCRIPTORS.resolve(descriptor.name() + ".txt");
        assertTrue(Files.exists(file), () -> file.getFileName() + " should hold:\n" + describe(descriptor));
        assertEquals(Files.readString(file), describe(descriptor));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void packagesBearTheNameOfTheirModule(Path room) {
        ModuleDescriptor descriptor = descriptor(room);
        for (String name : descriptor.packages()) {
            assertTrue(
                    name.equals(descriptor.name()) || name.startsWith(descriptor.name() + "."),
                    () -> descriptor.name() + " holds package " + name);
        }
    }

    /** What is exported to all is open to plug-ins as well. */
    @ParameterizedTest
    @MethodSource("rooms")
    void whatPlugInsMustNotReachIsExportedToRoomsByName(Path room) {
        ModuleDescriptor descriptor = descriptor(room);
        if (!OPEN.contains(descriptor.name())) {
            assertEquals(
                    List.of(),
                    descriptor.exports().stream().filter(exported -> !exported.isQualified()).toList());
        }
    }

    /** Who has Drawbore on the class path finds by the one what the module path finds by the other. */
    @ParameterizedTest
    @MethodSource("rooms")
    void whatIsProvidedStandsInMetaInfServicesToo(Path room) throws IOException {
        Map<String, List<String>> listed = new TreeMap<>();
        Path services = room.resolve("target/classes/META-INF/services");
        if (Files.isDirectory(services)) {
            try (Stream<Path> files = Files.list(services)) {
                for (Path file : files.toList()) {
                    listed.put(file.getFileName().toString(), Files.readAllLines(file));
                }
            }
        }
        Map<String, List<String>> provided = new TreeMap<>();
        descriptor(room).provides().forEach(one -> provided.put(one.service(), one.providers()));
        assertEquals(provided, listed);
    }

    private static ModuleDescriptor descriptor(Path room) {
        return ModuleFinder.of(room.resolve("target/classes")).findAll().iterator().next().descriptor();
    }

    private static String describe(ModuleDescriptor descriptor) {
        Stream<String> requires = descriptor.requires().stream()
                .filter(required -> !required.name().startsWith("java.base"))
                .map(required -> "requires " + required.modifiers().stream()
                                .map(modifier -> modifier.toString().toLowerCase(Locale.ROOT) + " ")
                                .sorted()
                                .collect(Collectors.joining())
                        + required.name());
        Stream<String> exports = descriptor.exports().stream().map(exported -> "exports " + exported.source()
                + to(exported.targets()));
        Stream<String> opens =
                descriptor.opens().stream().map(opened -> "opens " + opened.source() + to(opened.targets()));
        Stream<String> uses = descriptor.uses().stream().map(used -> "uses " + used);
        Stream<String> provides = descriptor.provides().stream()
                .map(provided -> "provides " + provided.service() + " with " + String.join(", ", provided.providers()));
        return Stream.of(exports, opens, requires, uses, provides)
                .flatMap(lines -> lines.sorted())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String to(Set<String> targets) {
        return targets.isEmpty() ? "" : " to " + String.join(", ", new TreeSet<>(targets));
    }
}
