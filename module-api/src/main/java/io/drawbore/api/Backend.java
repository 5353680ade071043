package io.drawbore.api;

/**
 * A store of all replicated state. One thread writes (the apply thread), any thread reads.
 *
 * <p>Contract, checked by {@code BackendContract} in the testkit: a commit is atomic, whatever stops the process;
 * commits survive in order, so that a store found after a loss of power is one that existed at some commit; views are
 * stable. Only a store that says so in {@link #makeDurable} may be found empty instead. Anything the disk does wrong is
 * a {@link StorageException}: the store must then not be used any more.
 */
public interface Backend extends AutoCloseable {
    /**
     * Starts the write transaction. Only the apply thread, and only while no other is open.
     *
     * @throws IllegalStateException while another is open
     */
    WriteTx begin();

    /** Starts a view of the newest commit. Any thread; may wait while {@code maxViews} are open. */
    ReadTx read();

    /**
     * Proves how much of the store would survive a loss of power, syncing what is needed for it. Any thread, does not
     * block the writer. The log may be released up to the answer.
     *
     * @return an applied index that is on stable storage, at least the one committed when the call began; {@link
     *     Applied#NONE}, always, from a store that keeps nothing beyond its process: the log is then never released,
     *     and a restart applies all of it again
     */
    Applied makeDurable();

    /** How large the store is. Any thread; cheap enough for every status request. */
    Size size();

    /**
     * Gives some free space back: one step of a few milliseconds at the most, whatever the store's size, so that a
     * writer may take it between two transactions. Nothing that can be read changes, and a stop at any instant leaves
     * the store whole. The files themselves may shrink only later; {@link #shrink} sees to it. Only the apply thread,
     * and only while no write transaction is open.
     *
     * @param bytes how much to give back at the most, from 1; a step rounds it up to whole pages
     * @return how much it gave back; 0 where nothing is free
     * @throws IllegalStateException while a write transaction is open
     */
    long reclaim(long bytes);

    /**
     * Lets the files shrink to what {@link #reclaim} left of them, as far as open views allow. Any thread but the
     * apply thread; may take a while, and does not hold up the writer for more than a few syncs.
     */
    void shrink();

    /** Closes files. The last commit is made durable first. */
    @Override
    void close();

    /**
     * A store's size.
     *
     * @param fileBytes bytes its files take
     * @param inUseBytes bytes of them that hold data
     * @param freeBytes bytes of them that {@link Backend#reclaim} could give back
     */
    record Size(long fileBytes, long inUseBytes, long freeBytes) {}
}
