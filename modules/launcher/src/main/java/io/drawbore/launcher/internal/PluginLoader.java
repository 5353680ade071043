package io.drawbore.launcher.internal;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.security.SecureClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plug-in's folder. Besides them it sees the packages that the host opens to plug-ins and
 * nothing else of the host, whatever lies beside them. Bears the plug-in's name, which then stands in every stack
 * trace. Any thread. Its jars stay open as long as the process lives.
 */
final class PluginLoader extends SecureClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final HostModules host;
    private final Map<String, Jar> byModule = new LinkedHashMap<>();
    private final Map<String, Jar> byPackage = new LinkedHashMap<>();

    /** One jar, open. */
    private record Jar(ModuleReference reference, ModuleReader reader) {}

    /**
     * Opens the jars.
     *
     * @param jars of which no two have a package in common
     * @throws IOException where one can't be read
     */
    PluginLoader(final String plugin, final List<ModuleReference> jars, final HostModules host) throws IOException {
        super("plugin-" + plugin, ClassLoader.getPlatformClassLoader());
        this.host = host;
        for (final ModuleReference reference : jars) {
            final Jar jar = new Jar(reference, reference.open());
            byModule.put(reference.descriptor().name(), jar);
            reference.descriptor().packages().forEach(name -> byPackage.put(name, jar));
        }
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null) {
                found = load(name);
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    private Class<?> load(final String name) throws ClassNotFoundException {
        final String packageName = packageOf(name);
        if (byPackage.containsKey(packageName)) {
            return findClass(name);
        }
        final ClassLoader ofHost = host.loaderOf(packageName);
        return ofHost == null ? getPlatformClassLoader().loadClass(name) : ofHost.loadClass(name);
    }

    @Override
    protected Class<?> findClass(final String name) throws ClassNotFoundException {
        final Jar jar = byPackage.get(packageOf(name));
        final Class<?> found = jar == null ? null : define(name, jar);
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        return found;
    }

    /** Of a module, as service loaders ask. */
    @Override
    protected @Nullable Class<?> findClass(final @Nullable String module, final String name) {
        final Jar jar = byPackage.get(packageOf(name));
        if (jar == null || (module != null && !jar.equals(byModule.get(module)))) {
            return null;
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> before = findLoadedClass(name);
            return before == null ? define(name, jar) : before;
        }
    }

    private @Nullable Class<?> define(final String name, final Jar jar) {
        try {
            final Optional<ByteBuffer> bytes = jar.reader().read(name.replace('.', '/') + ".class");
            if (bytes.isEmpty()) {
                return null;
            }
            try {
                return defineClass(name, bytes.get(), new CodeSource(location(jar), (CodeSigner[]) null));
            } finally {
                jar.reader().release(bytes.get());
            }
        } catch (final IOException unreadable) {
            throw new NoClassDefFoundError(name + " cannot be read: " + unreadable.getMessage());
        }
    }

    private static @Nullable URL location(final Jar jar) throws MalformedURLException {
        final Optional<URI> location = jar.reference().location();
        return location.isEmpty() ? null : location.get().toURL();
    }

    @Override
    protected @Nullable URL findResource(final @Nullable String module, final String name) throws IOException {
        if (module == null) {
            return findResource(name);
        }
        final Jar jar = byModule.get(module);
        return jar == null ? null : find(jar, name);
    }

    /** From all jars, whether or not a package of theirs is open: nobody else sees this loader. */
    @Override
    protected @Nullable URL findResource(final String name) {
        try {
            final Enumeration<URL> all = findResources(name);
            return all.hasMoreElements() ? all.nextElement() : null;
        } catch (final IOException unreadable) {
            // as with every loader: what can't be read isn't there
            return null;
        }
    }

    @Override
    protected Enumeration<URL> findResources(final String name) throws IOException {
        final List<URL> all = new ArrayList<>();
        for (final Jar jar : byModule.values()) {
            final URL url = find(jar, name);
            if (url != null) {
                all.add(url);
            }
        }
        return Collections.enumeration(all);
    }

    private static @Nullable URL find(final Jar jar, final String name) throws IOException {
        final Optional<URI> found = jar.reader().find(name);
        return found.isEmpty() ? null : found.get().toURL();
    }

    private static String packageOf(final String name) {
        final int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot);
    }
}
