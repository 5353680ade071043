package org.example.drawbore.mvstore;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Plugin;
import java.util.List;

/** Offers the store "mvstore". */
public final class MvStorePlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public MvStorePlugin() {}

    @Override
    public String name() {
        return "mvstore";
    }

    @Override
    public List<BackendProvider> backends() {
        return List.of(new MvStoreProvider());
    }
}
