/**
 * Owns what runs of plug-ins beside the member.
 *
 * <p>{@link io.drawbore.plugins.Fence} is one plug-in's threads and limits. Backends, logs, translators, migrators,
 * checkpoint persistences and token providers are not called here: they are parts of the member.
 */
package io.drawbore.plugins;
