package io.drawbore.mvcc;

/**
 * What readers may see; replaced only as a whole, so that a revision always comes with its index.
 *
 * @param revision the newest main revision
 * @param compacted the compact revision, 0 for none
 * @param index the key index as of that revision
 */
record Published(long revision, long compacted, IndexView index) {}
