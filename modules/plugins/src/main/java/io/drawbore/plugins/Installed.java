package io.drawbore.plugins;

import io.drawbore.api.Plugin;
import java.util.Map;

/**
 * A plug-in that is there.
 *
 * @param name its name
 * @param plugin the plug-in, which has not been started
 * @param configuration what the operator has set of its keys
 */
public record Installed(String name, Plugin plugin, Map<String, String> configuration) {
    /** Keeps a copy of the configuration. */
    public Installed {
        configuration = Map.copyOf(configuration);
    }
}
