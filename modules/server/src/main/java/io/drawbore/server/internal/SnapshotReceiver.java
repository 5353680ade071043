package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.EtcdError;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.server.MemberSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots from other members: looks at every byte of the file, and only then lets raft know of it. Raft decides
 * whether it is of use. Any thread; the looking happens on one of its own.
 */
public final class SnapshotReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);

    /** Snapshots that may be here at once and not yet known to raft; others are refused. */
    static final int MOST_WAITING = 2;

    private static final String SUFFIX = ".db.tmp";

    private final Vfs vfs;
    private final Path folder;
    private final RaftLoop raft;
    private final MinorVersion own;
    private final Workers.Pool pool;
    private final AtomicLong files = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Takes snapshots for one member; deletes what an earlier start left behind.
     *
     * @param folder where the files lie
     * @param own this member's version: what is of a newer one is refused
     */
    public SnapshotReceiver(Vfs vfs, Path folder, RaftLoop raft, MinorVersion own, Workers workers) {
        this.vfs = vfs;
        this.folder = folder;
        this.raft = raft;
        this.own = own;
        this.pool = workers.pool("snapshot-receive", 1);
        SnapshotFolder.empty(vfs, folder);
    }

    /** A name for a file that comes in; its folder is there. */
    public Path newFile() {
        try {
            vfs.createFolder(folder);
        } catch (IOException e) {
            throw new StorageException(folder + ": could not be made: " + e.getMessage(), e);
        }
        return folder.resolve(files.incrementAndGet() + SUFFIX);
    }

    /** Looks at a snapshot and hands it to raft; the file is this member's from now on. */
    public CompletableFuture<Void> receive(MemberSnapshot snapshot) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        boolean room = waiting.incrementAndGet() <= MOST_WAITING;
        var _ = taken.whenComplete((_, refusal) -> {
            waiting.decrementAndGet();
            if (refusal != null) {
                SnapshotFolder.delete(vfs, snapshot.file());
            }
        });
        if (!room) {
            taken.completeExceptionally(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
            return taken;
        }
        try {
            pool.execute(() -> verifyAndHandOver(snapshot, taken));
        } catch (RejectedExecutionException e) {
            taken.completeExceptionally(EtcdError.STOPPED.exception());
        }
        return taken;
    }

    /** Takes nothing any more. */
    public void stop() {
        pool.abandon();
    }

    private void verifyAndHandOver(MemberSnapshot snapshot, CompletableFuture<Void> taken) {
        try {
            verify(vfs, snapshot, own);
            raft.receiveSnapshot(snapshot);
            taken.complete(null);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("member", Long.toHexString(snapshot.message().getFrom()))
                    .log("a snapshot is refused: {}", e.getMessage());
            taken.completeExceptionally(e);
        }
    }

    /**
     * Looks whether a file is whole and what its message says.
     *
     * @throws StorageException where it is not
     */
    static void verify(Vfs vfs, MemberSnapshot snapshot, MinorVersion own) {
        Message message = snapshot.message();
        require(message.getType() == MessageType.MsgSnap, snapshot.file(), "its message is of another kind");
        if (!snapshot.sha256().isEmpty()) {
            checkDigest(vfs, snapshot);
        }
        SnapshotMetadata metadata = message.getSnapshot().getMetadata();
        try (EtcdSnapshotReader file = EtcdSnapshotReader.open(vfs, snapshot.file())) {
            file.verify(own);
            Applied said = new Applied(metadata.getIndex(), metadata.getTerm());
            require(said.equals(file.applied()), snapshot.file(), "it holds " + file.applied() + ", not " + said);
            checkMembers(file, metadata.getConfState(), snapshot.file());
        }
    }

    private static void checkDigest(Vfs vfs, MemberSnapshot snapshot) {
        try (VfsFile file = vfs.open(snapshot.file(), Vfs.Mode.READ)) {
            require(FileDigest.sha256(file).equals(snapshot.sha256()), snapshot.file(), "its SHA-256 is another");
        } catch (IOException e) {
            throw new StorageException(snapshot.file() + ": could not be read: " + e.getMessage(), e);
        }
    }

    /** What raft goes by must be what the table of members says, for a restart goes by that. */
    private static void checkMembers(EtcdSnapshotReader file, ConfState said, Path name) {
        List<Long> voters = new ArrayList<>();
        List<Long> learners = new ArrayList<>();
        file.values((table, _, value) -> {
            if (table == Table.MEMBER) {
                Member member = Member.fromJson(value);
                (member.learner() ? learners : voters).add(member.id());
            }
        });
        require(said.getVotersOutgoingCount() == 0 && said.getLearnersNextCount() == 0, name, "members are changing");
        require(
                sorted(voters).equals(sorted(said.getVotersList()))
                        && sorted(learners).equals(sorted(said.getLearnersList())),
                name,
                "its members are not those that its message names");
    }

    private static List<Long> sorted(List<Long> ids) {
        return ids.stream().sorted().toList();
    }

    private static void require(boolean condition, Path file, String otherwise) {
        if (!condition) {
            throw new StorageException(file + ": " + otherwise);
        }
    }
}
