package io.drawbore.api;

import java.nio.file.Path;

/** Creates and opens one kind of log. */
public interface LogStoreProvider {
    /** The name that chooses it: lower-case letters, digits and dashes. */
    String name();

    /** Whether the folder already holds a log. */
    boolean exists(Options options);

    /**
     * Makes a new log, durable on return, and answers it open and empty.
     *
     * @param options where, and how
     * @param owner written at the head of every segment
     * @throws StorageException where a log exists already or the disk refuses
     */
    LogStore create(Options options, MemberIdentity owner);

    /**
     * Opens a log, repairing a torn tail.
     *
     * @param options where, and how
     * @throws CorruptionException where a record is bad that had been durable, with file and offset
     * @throws StorageException where the folder cannot be read or written
     */
    LogRecovery open(Options options);

    /**
     * Reads a log and changes nothing, not even a torn tail. For tools, while nobody writes it.
     *
     * @param options where; how it is written doesn't matter
     * @throws CorruptionException where a record is bad that had been durable, with file and offset
     * @throws StorageException where there is no log, it cannot be read, or this kind can't be read without opening it
     */
    default LogContent read(Options options) {
        throw new StorageException(options.folder() + ": a log of kind " + name() + " is read by a member only");
    }

    /**
     * Where a log lies and how it is written.
     *
     * @param vfs the file system
     * @param folder a folder that is this log's alone; made where it is missing
     * @param segmentBytes a segment is ended after the write that passes this size; 64,000,000 as in etcd
     * @param spareSegments released segments kept for use again, 0 to 5
     * @param fsync false only for {@code --unsafe-no-fsync}: then nothing is ever durable
     */
    record Options(Vfs vfs, Path folder, long segmentBytes, int spareSegments, boolean fsync) {}
}
