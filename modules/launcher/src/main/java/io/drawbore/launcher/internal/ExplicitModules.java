package io.drawbore.launcher.internal;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The modules of a plug-in without those of its jars that are none, which they don't require here: a jar that is no
 * module would else read every module of the host, and could not live beside a private copy of any. Such jars become
 * the plug-in's own class path, which all its modules read.
 */
final class ExplicitModules implements ModuleFinder {
    private final Map<String, ModuleReference> modules = new HashMap<>();

    ExplicitModules(final Collection<ModuleReference> explicit, final Set<String> classPath) {
        for (final ModuleReference one : explicit) {
            modules.put(one.descriptor().name(), new WithoutThem(one, without(one.descriptor(), classPath)));
        }
    }

    @Override
    public Optional<ModuleReference> find(final String name) {
        return Optional.ofNullable(modules.get(name));
    }

    @Override
    public Set<ModuleReference> findAll() {
        return Set.copyOf(modules.values());
    }

    private static ModuleDescriptor without(final ModuleDescriptor from, final Set<String> left) {
        final ModuleDescriptor.Builder builder = ModuleDescriptor.newModule(
                from.name(),
                from.isOpen() ? Set.of(ModuleDescriptor.Modifier.OPEN) : Set.of());
        from.rawVersion().ifPresent(builder::version);
        from.requires().stream().filter(one -> !left.contains(one.name())).forEach(builder::requires);
        from.exports().forEach(builder::exports);
        from.opens().forEach(builder::opens);
        from.uses().forEach(builder::uses);
        from.provides().forEach(builder::provides);
        builder.packages(new HashSet<>(from.packages()));
        return builder.build();
    }

    /** The same jar under another descriptor. */
    private static final class WithoutThem extends ModuleReference {
        private final ModuleReference jar;

        WithoutThem(final ModuleReference jar, final ModuleDescriptor descriptor) {
            super(descriptor, jar.location().orElse(null));
            this.jar = jar;
        }

        @Override
        public ModuleReader open() throws IOException {
            return jar.open();
        }
    }
}
