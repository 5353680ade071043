package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ModuleDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a plug-in's folder is one line that names it; loading a good one is the distribution's test. */
class PluginsTest {
    @TempDir
    Path home;

    @Test
    void aHomeWithoutPluginsIsFine() {
        assertEquals(List.of(), Plugins.load(Optional.of(home)).faults());
    }

    @Test
    void anEmptyFolderIsAFault() throws IOException {
        assertFault(folder("empty"), "there is no jar in it");
    }

    @Test
    void aCorruptJarIsAFault() throws IOException {
        final Path folder = folder("corrupt");
        Files.writeString(folder.resolve("a.jar"), "no zip");
        assertFault(folder, "Error reading " + folder.resolve("a.jar"));
    }

    @Test
    void aJarThatProvidesNothingIsAFault() throws IOException {
        final Path folder = folder("idle");
        jar(folder.resolve("idle.jar"), "idle", "java.base");
        assertFault(folder, "no module in it provides io.drawbore.api.Plugin");
    }

    @Test
    void aMissingModuleIsAFault() throws IOException {
        final Path folder = folder("needy");
        jar(folder.resolve("needy.jar"), "needy", "absent.module");
        assertFault(folder, "Module absent.module not found, required by needy");
    }

    @Test
    void everyFolderIsJudged() throws IOException {
        folder("a");
        folder("b");
        assertEquals(2, Plugins.load(Optional.of(home)).faults().size());
    }

    private void assertFault(final Path folder, final String why) {
        final List<String> faults = Plugins.load(Optional.of(home)).faults();
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.getFirst().startsWith("plug-in folder " + folder + " cannot be used: "), faults.getFirst());
        assertTrue(faults.getFirst().contains(why), faults.getFirst());
        assertEquals(1, faults.getFirst().lines().count());
    }

    private Path folder(final String name) throws IOException {
        return Files.createDirectories(home.resolve("plugins").resolve(name));
    }

    private static void jar(final Path file, final String module, final String required) throws IOException {
        final byte[] descriptor = ClassFile.of().buildModule(ModuleAttribute.of(
                ModuleDesc.of(module), builder -> {
                    builder.requires(ModuleDesc.of("java.base"), ClassFile.ACC_MANDATED, null);
                    if (!required.equals("java.base")) {
                        builder.requires(ModuleDesc.of(required), 0, null);
                    }
                }));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry("module-info.class"));
            jar.write(descriptor);
            jar.closeEntry();
        }
    }
}
