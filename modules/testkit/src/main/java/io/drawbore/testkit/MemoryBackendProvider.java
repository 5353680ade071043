package io.drawbore.testkit;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens the store "memory": one {@link MemoryDisk} for each folder, kept for as long as this object is. */
public final class MemoryBackendProvider implements BackendProvider {
    private final Map<Path, MemoryDisk> disks = new ConcurrentHashMap<>();

    /** With no disks yet. */
    public MemoryBackendProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Backend open(Options options) {
        return disk(options.folder()).open(options.maxViews());
    }

    /** The disk of a folder, made when first asked for; crashes happen there. */
    public MemoryDisk disk(Path folder) {
        return disks.computeIfAbsent(folder, ignored -> new MemoryDisk());
    }
}
