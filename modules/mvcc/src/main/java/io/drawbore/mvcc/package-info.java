/**
 * Owns the key index and the rules of revisions.
 *
 * <p>The rows live in the store ({@link io.drawbore.api.Backend}); memory holds for every key only where its changes
 * stand. That index is a function of the rows and is rebuilt from them at start ({@link
 * io.drawbore.mvcc.Keyspace#load}).
 *
 * <p>One thread writes (the apply thread, through {@link io.drawbore.mvcc.KeyspaceWriter}); any number read (through
 * {@link io.drawbore.mvcc.Keyspace}). The index may run ahead of what is committed: a reader takes a published revision
 * together with the index published with it, and ignores every change that is newer, so it needs no lock.
 *
 * <p>Compaction has two halves. The decision is an entry of the log and moves the compact revision, from which on reads
 * are refused; the removal is this store's own affair, follows in slices between batches, and may be cut short.
 */
package io.drawbore.mvcc;
