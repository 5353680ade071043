package io.drawbore.plugins;

import io.drawbore.api.Plugin;

/** A plug-in that runs, and the fence through which it is called. */
public record Hosted(Plugin plugin, Fence fence) {}
