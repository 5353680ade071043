package io.drawbore.launcher.internal;

import io.drawbore.api.Plugin;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plug-in that was found good: made, and not started yet.
 *
 * @param name its name
 * @param version its version; of one that is built in, Drawbore's
 * @param api which versions of the API it was written for, as it says it
 * @param origin {@code built in}, {@code embedded}, or its folder
 * @param keys of its configuration, sorted
 * @param after which plug-ins start before it, where they are there
 * @param configuration what the operator has set of the keys
 * @param plugin itself
 * @param layer of its modules; empty for one that is built in
 */
public record LoadedPlugin(
        String name,
        String version,
        String api,
        String origin,
        List<String> keys,
        List<String> after,
        Map<String, String> configuration,
        Plugin plugin,
        Optional<ModuleLayer> layer) {
    static final String BUILT_IN = "built in";
    static final String EMBEDDED = "embedded";

    /** Keeps copies. */
    public LoadedPlugin {
        keys = List.copyOf(keys);
        after = List.copyOf(after);
        configuration = Map.copyOf(configuration);
    }

    /** Whether it came with the program. */
    public boolean isBuiltIn() {
        return origin.equals(BUILT_IN);
    }

    /** The same, told something. */
    LoadedPlugin told(final Map<String, String> values) {
        return new LoadedPlugin(name, version, api, origin, keys, after, values, plugin, layer);
    }

    /** For lines about it. */
    String who() {
        return name + " (" + origin + ")";
    }
}
