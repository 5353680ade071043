package io.drawbore.testkit.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * The classes of one mutant: those that {@link MutableSources} covers are defined anew, the mutated ones from what was
 * compiled, the others from the class path; all else is the parent's. The turns of their loops are counted.
 */
final class MutantLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final MutableSources sources;
    private final Map<String, byte[]> mutated;
    // Of classes as they are, shared with the loaders of other mutants.
    private final Map<String, byte[]> counted;

    MutantLoader(MutableSources sources, Map<String, byte[]> mutated, Map<String, byte[]> counted) {
        super("mutant", MutantLoader.class.getClassLoader());
        this.sources = sources;
        this.mutated = mutated;
        this.counted = counted;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!sources.covers(name) || name.equals(TurnCounter.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] changed = mutated.get(name);
        byte[] bytes = changed == null ? unchanged(name) : TurnCounter.countTurns(changed, getParent());
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] unchanged(String name) throws ClassNotFoundException {
        byte[] known = counted.get(name);
        if (known != null) {
            return known;
        }
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = TurnCounter.countTurns(in.readAllBytes(), getParent());
            counted.put(name, bytes);
            return bytes;
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
