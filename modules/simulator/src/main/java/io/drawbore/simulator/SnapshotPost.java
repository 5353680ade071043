package io.drawbore.simulator;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.server.MemberServer;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Carries snapshots from machine to machine, some bytes at a time: whatever happens to either of them meanwhile, or to
 * the way between, happens in the middle of one.
 */
public final class SnapshotPost {
    private static final int CHUNK_BYTES = 4_096;

    private final Schedule schedule;
    private final Network network;
    private final Map<Long, Address> addresses = new TreeMap<>();
    private Duration chunkTime = Duration.ofMillis(1);
    private boolean refusing;
    private long underWay;
    private long delivered;
    private long refused;
    private boolean spoilsNext;
    private long spoiledRefused;
    private long spoiledTaken;

    /** Where a member lives as long as its process runs. */
    private record Address(MemberServer server, Vfs disk) {}

    /** A post without machines. */
    public SnapshotPost(Schedule schedule, Network network) {
        this.schedule = schedule;
        this.network = network;
    }

    /** How long 4 KiB take, for those on their way too. */
    public void chunkTime(Duration time) {
        chunkTime = time;
    }

    /** Whether snapshots are refused from now on, at once. */
    public void refuse(boolean all) {
        refusing = all;
    }

    /** Snapshots of which some bytes are on their way. */
    public long underWay() {
        return underWay;
    }

    /** Snapshots that their receivers have taken. */
    public long delivered() {
        return delivered;
    }

    /** Snapshots that did not arrive, or that their receivers refused. */
    public long refused() {
        return refused;
    }

    /** A bit of the next snapshot that is sent flips on the way. */
    void spoilNext() {
        spoilsNext = true;
    }

    /** Snapshots of which a bit had flipped, and which were refused. */
    long spoiledRefused() {
        return spoiledRefused;
    }

    /** Snapshots of which a bit had flipped, and which were taken. */
    long spoiledTaken() {
        return spoiledTaken;
    }

    void connect(MemberServer server, Vfs disk) {
        addresses.put(server.identity().memberId(), new Address(server, disk));
    }

    void disconnect(long id) {
        addresses.remove(id);
    }

    /** Sends a snapshot; the answer completes in the sender's process, and never where that has ended. */
    CompletableFuture<Void> send(SimulatedWorkers sender, Vfs disk, MemberSnapshot snapshot) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Address receiver = refusing ? null : addresses.get(snapshot.message().getTo());
        Path into = receiver == null ? null : newFile(receiver);
        if (receiver == null || into == null) {
            answer(sender, sent, false);
        } else {
            Transfer transfer = new Transfer(sender, disk, snapshot, receiver, into, spoilsNext, sent);
            spoilsNext = false;
            underWay++;
            schedule.after(sender.spent() + chunkTime.toNanos(), () -> step(transfer, 0));
        }
        return sent;
    }

    private static @Nullable Path newFile(Address receiver) {
        try {
            return receiver.server.newSnapshotFile();
        } catch (RuntimeException e) {
            // a disk that fails
            return null;
        }
    }

    private record Transfer(
            SimulatedWorkers sender,
            Vfs from,
            MemberSnapshot snapshot,
            Address receiver,
            Path into,
            boolean spoiled,
            CompletableFuture<Void> sent) {}

    private void step(Transfer transfer, long at) {
        if (!isOpen(transfer)) {
            breakOff(transfer);
            return;
        }
        try (VfsFile file = transfer.from.open(transfer.snapshot.file(), Vfs.Mode.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, file.size() - at));
            file.read(chunk, at);
            if (transfer.spoiled && at == 0) {
                int middle = chunk.capacity() / 2;
                chunk.put(middle, (byte) (chunk.get(middle) ^ 1));
            }
            write(transfer, chunk.flip(), at);
            long next = at + chunk.capacity();
            if (next < file.size()) {
                schedule.after(chunkTime.toNanos(), () -> step(transfer, next));
            } else {
                handOver(transfer);
            }
        } catch (IOException | RuntimeException e) {
            // a disk that fails, on either side
            breakOff(transfer);
        }
    }

    private void breakOff(Transfer transfer) {
        underWay--;
        if (transfer.receiver.equals(addresses.get(transfer.snapshot.message().getTo()))) {
            deletePart(transfer);
        }
        answer(transfer.sender, transfer.sent, false);
    }

    private static void deletePart(Transfer transfer) {
        try {
            if (transfer.receiver.disk.exists(transfer.into)) {
                transfer.receiver.disk.delete(transfer.into);
            }
        } catch (IOException | RuntimeException e) {
            // the disk fails: the next start deletes it
        }
    }

    private boolean isOpen(Transfer transfer) {
        long from = transfer.snapshot.message().getFrom();
        long to = transfer.snapshot.message().getTo();
        return !transfer.sender.isDead()
                && !transfer.sent.isDone()
                && transfer.receiver.equals(addresses.get(to))
                && !network.isCut(from, to);
    }

    private static void write(Transfer transfer, ByteBuffer chunk, long at) throws IOException {
        Vfs.Mode mode = at == 0 ? Vfs.Mode.CREATE : Vfs.Mode.READ_WRITE;
        try (VfsFile file = transfer.receiver.disk.open(transfer.into, mode)) {
            file.write(chunk, at);
        }
    }

    private void handOver(Transfer transfer) {
        underWay--;
        MemberSnapshot arrived = new MemberSnapshot(
                transfer.snapshot.message(), transfer.into, transfer.snapshot.sha256());
        await(transfer, transfer.receiver.server.receiveSnapshot(arrived));
    }

    /** Nobody answers for a receiver that dies before it has looked at what it got. */
    private void await(Transfer transfer, CompletableFuture<Void> taken) {
        if (taken.isDone()) {
            if (transfer.spoiled) {
                spoiledRefused += taken.isCompletedExceptionally() ? 1 : 0;
                spoiledTaken += taken.isCompletedExceptionally() ? 0 : 1;
            }
            answer(transfer.sender, transfer.sent, !taken.isCompletedExceptionally());
        } else if (isOpen(transfer)) {
            schedule.after(chunkTime.toNanos(), () -> await(transfer, taken));
        } else {
            answer(transfer.sender, transfer.sent, false);
        }
    }

    private void answer(SimulatedWorkers sender, CompletableFuture<Void> sent, boolean arrived) {
        if (arrived) {
            delivered++;
        } else {
            refused++;
        }
        sender.after(Duration.ZERO, () -> {
            if (arrived) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(new IOException("the snapshot did not arrive"));
            }
        });
    }
}
