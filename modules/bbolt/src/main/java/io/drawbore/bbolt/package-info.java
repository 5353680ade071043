/**
 * Files of bbolt. {@link io.drawbore.bbolt.BoltWriter} makes one in a single pass, {@link io.drawbore.bbolt.BoltFile}
 * reads one, {@link io.drawbore.bbolt.EtcdSchema} says what etcd keeps in it.
 *
 * <p>A file is a row of pages of one size. Pages 0 and 1 are metas, each with a checksum over itself; the valid one of
 * the higher transaction counts. It names the page of the root bucket, whose values are the headers of the buckets: the
 * root page of a tree, or, behind page number 0, the image of a small bucket's only page. A tree's branch pages hold
 * the first key and the number of each child, its leaves keys and values in the order of bytes. What does not fit a
 * page goes on in the pages that follow it. All numbers are little-endian.
 *
 * <p>No page but the metas has a checksum: a bit that flips within a key or a value cannot be noticed here. etcd's
 * snapshots end in a SHA-256 of the whole file for that reason; whoever has one checks it first.
 */
@org.jspecify.annotations.NullMarked
package io.drawbore.bbolt;
