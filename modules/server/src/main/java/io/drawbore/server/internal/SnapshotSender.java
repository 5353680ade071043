package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.api.Workers;
import io.drawbore.membership.Membership;
import io.drawbore.membership.V2Membership;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the store to members that need what the log no longer has. Raft says who; what is sent is the store as it is
 * when its turn comes, which is at least as new. One after the other, each written to a file first, so that a slow
 * receiver holds up no view of the store. Any thread.
 */
public final class SnapshotSender {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

    /** Members that may wait for their turn; others are told to try again. */
    static final int MOST_WAITING = 8;

    /** How long a snapshot may take, whatever its size… */
    static final Duration LEAST_PATIENCE = Duration.ofMinutes(1);

    /** …and longer by a second for so many bytes. */
    static final long LEAST_BYTES_A_SECOND = 1 << 20;

    /** How long raft hears nothing of a snapshot that failed, and so sends the member no other; doubled each time… */
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** …up to this. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final String PREFIX = "member-";
    private static final String SUFFIX = ".db.tmp";

    private final Backend backend;
    private final Vfs vfs;
    private final Path folder;
    private final Peers peers;
    private final Workers workers;
    private final Workers.Pool pool;
    private final Reports reports;

    // all that follows is guarded by this
    private final Queue<Message> waiting = new ArrayDeque<>();
    /** The pause after the last snapshot for a member, where that failed. */
    private final Map<Long, Duration> pauses = new HashMap<>();
    private boolean busy;
    private boolean stopped;
    private long files;
    private @Nullable CompletableFuture<Void> underWay;

    /** Told what became of each snapshot. */
    public interface Reports {
        /** A snapshot arrived, or did not. */
        void snapshotSent(long member, boolean delivered);
    }

    /** A file that is ready to be sent. */
    private record Written(MemberSnapshot snapshot, long bytes) {}

    /**
     * Sends the snapshots of one store.
     *
     * @param folder where the files lie meanwhile; made with the first one
     */
    public SnapshotSender(
            Backend backend, Vfs vfs, Path folder, Peers peers, Workers workers, Reports reports) {
        this.backend = backend;
        this.vfs = vfs;
        this.folder = folder;
        this.peers = peers;
        this.workers = workers;
        this.pool = workers.pool("snapshot-send", 1);
        this.reports = reports;
    }

    /** Sends a snapshot to the receiver of a message of raft's; never waits. */
    void send(Message message) {
        boolean taken;
        synchronized (this) {
            taken = !stopped && waiting.size() < MOST_WAITING;
            if (taken) {
                waiting.add(message);
            }
        }
        if (taken) {
            next();
        } else {
            failed(message.getTo(), FIRST_PAUSE);
        }
    }

    /** Raft tries again as soon as it is told, and each time the whole store is written: so it is told later. */
    private void failed(long member, Duration pause) {
        workers.after(pause, () -> reports.snapshotSent(member, false));
    }

    /** Sends nothing any more. */
    public void stop() {
        CompletableFuture<Void> last;
        synchronized (this) {
            stopped = true;
            waiting.clear();
            last = underWay;
        }
        pool.abandon();
        if (last != null) {
            last.cancel(true);
        }
    }

    private void next() {
        Message message;
        Path file;
        synchronized (this) {
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
            message = waiting.remove();
            files++;
            file = folder.resolve(PREFIX + files + SUFFIX);
        }
        try {
            pool.execute(() -> writeAndSend(message, file));
        } catch (RejectedExecutionException e) {
            // stopped: nobody waits for it
        }
    }

    private void writeAndSend(Message message, Path file) {
        CompletableFuture<Void> sent;
        long bytes = 0;
        try {
            Written written = write(message, file);
            bytes = written.bytes;
            sent = peers.sendSnapshot(written.snapshot);
        } catch (IOException | RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> outcome = sent;
        synchronized (this) {
            underWay = outcome;
        }
        Runnable patience = workers.after(
                LEAST_PATIENCE.plusSeconds(bytes / LEAST_BYTES_A_SECOND), () -> outcome.cancel(true));
        var _ = outcome.whenComplete((_, failure) -> {
            patience.run();
            done(message, file, failure);
        });
    }

    private void done(Message message, Path file, @Nullable Throwable failure) {
        SnapshotFolder.delete(vfs, file);
        if (failure != null) {
            LOG.atWarn()
                    .addKeyValue("member", Long.toHexString(message.getTo()))
                    .log("a snapshot was not sent: {}", failure.toString());
        }
        Duration pause = Duration.ZERO;
        synchronized (this) {
            busy = false;
            underWay = null;
            if (failure == null) {
                pauses.remove(message.getTo());
            } else {
                pause = pauses.merge(message.getTo(), FIRST_PAUSE, (before, _) -> longer(before));
            }
        }
        if (failure == null) {
            reports.snapshotSent(message.getTo(), true);
        } else {
            failed(message.getTo(), pause);
        }
        next();
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private Written write(Message message, Path name) throws IOException {
        vfs.createFolder(folder);
        try (VfsFile file = vfs.open(name, Vfs.Mode.CREATE)) {
            Snapshot snapshot;
            long bytes;
            try (ReadTx view = backend.read()) {
                snapshot = Snapshot.newBuilder()
                        .setMetadata(metadata(view))
                        .setData(V2Membership.of(view))
                        .build();
                bytes = EtcdSnapshot.write(view, file, name);
            }
            if (snapshot.getMetadata().getIndex() < message.getSnapshot().getMetadata().getIndex()) {
                throw new StorageException("the store is behind the snapshot that raft speaks of");
            }
            ByteString sha256 = FileDigest.sha256(file);
            Message rewritten = message.toBuilder().setSnapshot(snapshot).build();
            return new Written(new MemberSnapshot(rewritten, name, sha256), bytes);
        }
    }

    private static SnapshotMetadata metadata(ReadTx view) {
        Applied applied = view.applied();
        return SnapshotMetadata.newBuilder()
                .setIndex(applied.index())
                .setTerm(applied.term())
                .setConfState(Membership.confState(view))
                .build();
    }
}
