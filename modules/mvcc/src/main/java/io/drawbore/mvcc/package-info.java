/**
 * Owns the key index and the rules of revisions.
 *
 * <p>The rows live in the store ({@link io.drawbore.api.Backend}); memory holds for every key only where its changes
 * stand. That index is a function of the rows and is rebuilt from them at start ({@link
 * io.drawbore.mvcc.Keyspace#load}).
 *
 * <p>One thread writes (the apply thread, through {@link io.drawbore.mvcc.KeyspaceWriter}); any number read (through
 * {@link io.drawbore.mvcc.Keyspace}). The index may run ahead of what is committed: a reader fixes a published
 * revision first and ignores everything newer, so it needs no lock.
 */
package io.drawbore.mvcc;
