/**
 * Owns what runs of plug-ins beside the member.
 *
 * <p>{@link io.drawbore.plugins.PluginHost} is all of them, from start to stop: it puts their judges and recorders
 * around the front door and feeds their feeds. {@link io.drawbore.plugins.Fence} is one plug-in's threads, and {@link
 * io.drawbore.plugins.FencePoint} a point at which it is called, with its limits. Backends, logs, translators,
 * migrators, checkpoint persistences and token providers are not called here: they are parts of the member.
 *
 * <p>Nothing here waits but threads of plug-ins, and who starts and stops the member. What a plug-in throws is looked
 * at on its own thread only, since messages and stacks are code of its own too.
 */
package io.drawbore.plugins;
