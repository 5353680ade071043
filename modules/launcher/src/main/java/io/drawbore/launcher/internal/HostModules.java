package io.drawbore.launcher.internal;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The modules that this process runs, and which of them plug-ins may see. Immutable; any thread. */
final class HostModules {
    private static final Set<String> SHARED =
            Set.of("io.drawbore.api", "io.drawbore.proto", "com.google.protobuf", "org.slf4j", "org.jspecify");

    private final ModuleLayer layer;
    private final Map<String, Module> modules = new HashMap<>();
    private final Map<String, Module> ownPackages = new HashMap<>();
    private final Map<String, Module> visiblePackages = new HashMap<>();

    /** All modules of a layer and of those below it. */
    HostModules(final ModuleLayer layer) {
        this.layer = layer;
        final Deque<ModuleLayer> layers = new ArrayDeque<>();
        final Set<ModuleLayer> seen = new HashSet<>();
        layers.add(layer);
        while (!layers.isEmpty()) {
            final ModuleLayer next = layers.remove();
            if (seen.add(next)) {
                next.modules().forEach(module -> modules.putIfAbsent(module.getName(), module));
                layers.addAll(next.parents());
            }
        }
        modules.values().forEach(this::rememberPackages);
    }

    private void rememberPackages(final Module module) {
        final String name = module.getName();
        if (SHARED.contains(name) || name.startsWith("io.drawbore.")) {
            module.getPackages().forEach(one -> ownPackages.put(one, module));
        }
        if (isOfJava(name)) {
            module.getDescriptor().exports().stream()
                    .filter(exported -> !exported.isQualified())
                    .forEach(exported -> ownPackages.put(exported.source(), module));
        }
        if (isOpen(name)) {
            module.getPackages().forEach(one -> visiblePackages.put(one, module));
        }
    }

    private static boolean isOfJava(final String module) {
        return module.startsWith("java.") || module.startsWith("jdk.");
    }

    /** Whether plug-ins may require a module of that name, where it is there. */
    static boolean isOpen(final String module) {
        return SHARED.contains(module) || isOfJava(module);
    }

    /** What plug-ins may require. */
    static String openOnes() {
        return String.join(", ", SHARED.stream().sorted().toList()) + ", java.* and jdk.*";
    }

    /** Where plug-ins' layers stand on. */
    ModuleLayer layer() {
        return layer;
    }

    /** Whether it is there. */
    boolean has(final String module) {
        return modules.containsKey(module);
    }

    /** Whether plug-ins are to take it from here instead of bringing it. */
    boolean shares(final String module) {
        return has(module) && (isOpen(module) || module.startsWith("io.drawbore."));
    }

    /** Which module has a package that nobody else may have; empty for none. */
    Optional<String> ownerOf(final String packageName) {
        return Optional.ofNullable(ownPackages.get(packageName)).map(Module::getName);
    }

    /** Who loads a package that plug-ins may see; null for the JVM itself, and where there is no such package. */
    @Nullable ClassLoader loaderOf(final String packageName) {
        final Module module = visiblePackages.get(packageName);
        return module == null ? null : module.getClassLoader();
    }

    /** What keeps a module that isn't in the folder from being required; empty for nothing. */
    Optional<String> mistake(final ModuleDescriptor.Requires required) {
        final String name = required.name();
        if (has(name)) {
            return isOpen(name)
                    ? Optional.empty()
                    : Optional.of(name.startsWith("io.drawbore.")
                            ? "which is closed to plug-ins; open are " + openOnes()
                            : "which Drawbore keeps for itself: put a jar of it into the folder");
        }
        if (!isOfJava(name)) {
            return Optional.of("which is neither in the folder nor open to plug-ins: put its jar into the folder");
        }
        return Optional.of(
                ModuleFinder.ofSystem().find(name).isPresent()
                        ? "which this member hasn't loaded: start with DRAWBORE_JAVA_OPTS=--add-modules=" + name
                        : "which this Java doesn't have: start with a whole JDK in DRAWBORE_JAVA_HOME");
    }
}
