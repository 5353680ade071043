/**
 * Owns a store in memory: a {@link io.drawbore.backend.memory.MemoryBackend} over {@link
 * io.drawbore.backend.memory.Commits}, which say what is left of it when its process ends.
 */
package io.drawbore.backend.memory;
