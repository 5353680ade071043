package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.membership.StorageVersion;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the store as an etcd's database file. The file is written first, from one view, which ends before the first
 * byte is sent: a slow client costs disk, for a while, but holds up neither the store's own log nor a writer.
 *
 * <p>One file is written at a time, {@link #MOST_FILES} are sent at a time, each on a thread of its own.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** Snapshots on disk at once. */
    static final int MOST_FILES = 2;

    /** Callers that may wait besides. */
    static final int MOST_WAITING = 8;

    /** Bytes of a message, as in etcd. */
    static final int CHUNK_BYTES = 32 << 10;

    private static final long STOP_SECONDS = 10;
    private static final String SUFFIX = ".db.tmp";

    private final Backend backend;
    private final Vfs vfs;
    private final Path folder;
    private final ServerMetrics metrics;
    private final ThreadPoolExecutor threads;
    private final ReentrantLock building = new ReentrantLock();
    private final AtomicLong files = new AtomicLong();

    /**
     * Snapshots of one store; deletes what an earlier start left behind.
     *
     * @param folder where the files lie meanwhile; made with the first one
     */
    public Snapshots(Backend backend, Vfs vfs, Path folder, ServerMetrics metrics) {
        this.backend = backend;
        this.vfs = vfs;
        this.folder = folder;
        this.metrics = metrics;
        SnapshotFolder.empty(vfs, folder);
        threads = new ThreadPoolExecutor(
                MOST_FILES,
                MOST_FILES,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                // of this group, whoever asks for the first snapshot
                Thread.ofPlatform()
                        .group(Thread.currentThread().getThreadGroup())
                        .daemon()
                        .name("snapshot-", 0)
                        .factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Writes and sends; completes when all of it is on its way. */
    public CompletableFuture<Void> send(ResponseSink<SnapshotResponse> sink) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    writeAndSend(sink);
                    done.complete(null);
                } catch (InterruptedException e) {
                    done.completeExceptionally(EtcdError.STOPPED.exception());
                } catch (EtcdException e) {
                    done.completeExceptionally(e);
                } catch (IOException | RuntimeException e) {
                    LOG.atWarn().setCause(e).log("a snapshot was not sent: " + e.getMessage());
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    (threads.isShutdown() ? EtcdError.STOPPED : EtcdError.REQUEST_TOO_MANY_REQUESTS).exception());
        }
        return done;
    }

    /** Ends what is under way. Any thread. */
    public void stop() {
        threads.shutdownNow().forEach(Runnable::run);
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a snapshot is still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAndSend(ResponseSink<SnapshotResponse> sink) throws IOException, InterruptedException {
        long start = System.nanoTime();
        if (threads.isShutdown()) {
            throw EtcdError.STOPPED.exception();
        }
        Path name = folder.resolve(files.incrementAndGet() + SUFFIX);
        vfs.createFolder(folder);
        try (VfsFile file = vfs.open(name, Vfs.Mode.CREATE)) {
            Written written = write(file, name);
            sendFile(file, written, sink);
        } finally {
            if (vfs.exists(name)) {
                vfs.delete(name);
            }
        }
        metrics.snapshot.observeSince(start);
    }

    /**
     * A file to be sent.
     *
     * @param version the storage version of what is in it
     */
    private record Written(long bytes, String version) {}

    private Written write(VfsFile file, Path name) throws InterruptedException {
        building.lockInterruptibly();
        try (ReadTx view = backend.read()) {
            MinorVersion version = StorageVersion.of(view);
            return new Written(EtcdSnapshot.write(view, file, name), version == null ? "" : version.toString());
        } finally {
            building.unlock();
        }
    }

    /** As etcd frames it: the file in chunks, and its SHA-256 as a message of its own. There are no headers. */
    private static void sendFile(VfsFile file, Written written, ResponseSink<SnapshotResponse> sink)
            throws IOException, InterruptedException {
        long bytes = written.bytes;
        MessageDigest sha256 = FileDigest.sha256();
        for (long at = 0; at < bytes; at += CHUNK_BYTES) {
            byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, bytes - at)];
            file.read(ByteBuffer.wrap(chunk), at);
            sha256.update(chunk);
            send(sink, bytes - at - chunk.length, chunk, written.version);
        }
        send(sink, 0, sha256.digest(), written.version);
    }

    private static void send(
            ResponseSink<SnapshotResponse> sink, long remaining, byte[] blob, String version)
            throws InterruptedException {
        SnapshotResponse message = SnapshotResponse.newBuilder()
                .setRemainingBytes(remaining)
                .setBlob(ByteString.copyFrom(blob))
                .setVersion(version)
                .build();
        try {
            Sinks.send(sink, message).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EtcdException refusal ? refusal : EtcdError.CANCELED.exception();
        }
    }
}
