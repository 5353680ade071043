package io.drawbore.backend.memory.internal;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Plugin;
import java.util.List;

/** Offers the store "memory". */
public final class MemoryPlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public MemoryPlugin() {}

    @Override
    public String name() {
        return "backend-memory";
    }

    @Override
    public List<BackendProvider> backends() {
        return List.of(new NothingKeptProvider());
    }
}
