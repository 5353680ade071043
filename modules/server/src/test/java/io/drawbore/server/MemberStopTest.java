package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import io.drawbore.server.internal.LogRelease;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.PassedOnBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a member ends, well or not: it lets go of everything, and nobody waits for it for ever. */
@Timeout(120)
class MemberStopTest {
    /** Lists of committed entries that the apply thread may have before it. */
    private static final int QUEUE_PLACES = 64;

    @TempDir
    private Path folder;

    @Test
    void aMemberWhoseDiskStoppedLeavesNoThreadAndNoLockBehind() throws InterruptedException {
        Set<Thread> before = threads();
        FaultVfs disk = new FaultVfs();
        TestMember member = TestMember.start(TestMember.options(folder), disk, new MemoryBackendProvider());
        member.put("a", "1");
        disk.stopAt(disk.steps() + 1);
        assertStopped(() -> member.put("a", "2"));
        assertInstanceOf(DiskStoppedException.class, TestMember.await(member.server.failed()));

        member.close();

        for (Thread thread : threads()) {
            if (!before.contains(thread) && !thread.getName().startsWith("junit")) {
                assertTrue(thread.join(Duration.ofSeconds(60)), () -> "still runs: " + thread);
            }
        }
        try (TestMember again =
                TestMember.start(TestMember.options(folder), new FaultVfs(), new MemoryBackendProvider())) {
            again.put("a", "1");
        }
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    @Test
    void aMemberThatCannotLoadItsStoreLetsGoOfTheDataDir() {
        BackendProvider unreadable = wrapped(new MemoryBackendProvider(), inner -> new PassedOnBackend(inner) {
            private int views;

            @Override
            public ReadTx read() {
                if (++views == 2) {
                    throw new IllegalStateException("unreadable");
                }
                return super.read();
            }
        });
        assertThrows(
                IllegalStateException.class,
                () -> TestMember.open(TestMember.options(folder), new FaultVfs(), unreadable));
        TestMember.start(TestMember.options(folder), new FaultVfs(), new MemoryBackendProvider()).close();
    }

    @Test
    void readsOfAFailedMemberEndToo() {
        FaultVfs disk = new FaultVfs();
        try (TestMember member =
                TestMember.start(TestMember.options(folder), disk, new MemoryBackendProvider())) {
            disk.stopAt(disk.steps() + 1);
            List<CompletableFuture<?>> answers = new ArrayList<>();
            answers.add(member.server.put(TestMember.putRequest("a", "1"), Caller.SELF));
            while (!member.server.failed().isDone()) {
                answers.add(member.server.range(TestMember.rangeRequest("a"), Caller.SELF));
                Thread.onSpinWait();
            }
            // each of them ends, answered or refused; none is left to the client's patience
            answers.forEach(answer -> answer.exceptionally(e -> null).join());
            assertStopped(() -> member.get("a"));
        }
    }

    @Test
    void aMemberClosesWhoseApplyThreadDiedWithFullHands() throws InterruptedException {
        MemoryDisk store = new MemoryDisk();
        CountDownLatch applying = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        CountDownLatch armed = new CountDownLatch(1);
        BackendProvider failing = wrapped(new LogSweep.OneDisk(store), inner -> new PassedOnBackend(inner) {
            @Override
            public WriteTx begin() {
                if (armed.getCount() > 0) {
                    return super.begin();
                }
                applying.countDown();
                awaitUninterruptibly(mayFail);
                throw new IllegalStateException("the store fails");
            }
        });
        TestMember member = TestMember.start(TestMember.options(folder), new FaultVfs(), failing);
        armed.countDown();
        CompletableFuture<?> first = member.server.put(TestMember.putRequest("a", "0"), Caller.SELF);
        applying.await();
        // each committed before the next, so that each takes a place of its own
        List<CompletableFuture<?>> more = new ArrayList<>();
        for (int i = 1; i < QUEUE_PLACES; i++) {
            long committed = committed(member);
            more.add(member.server.put(TestMember.putRequest("a", "1"), Caller.SELF));
            while (committed(member) == committed) {
                Thread.onSpinWait();
            }
        }
        // this one finds no place
        more.add(member.server.put(TestMember.putRequest("a", "1"), Caller.SELF));
        mayFail.countDown();

        assertEquals("the store fails", TestMember.await(member.server.failed()).getMessage());
        member.close();
        more.add(first);
        more.forEach(answer -> assertStopped(() -> TestMember.await(answer)));
    }

    private static long committed(TestMember member) {
        return TestMember.await(member.server.status(Caller.SELF)).getRaftIndex();
    }

    @Test
    void closingDoesNotInterruptTheProofOfDurability() {
        CompletableFuture<TestMember> started = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        AtomicBoolean closing = new AtomicBoolean();
        BackendProvider watched = wrapped(new MemoryBackendProvider(), inner -> new PassedOnBackend(inner) {
            @Override
            public Applied makeDurable() {
                if (started.isDone() && closing.compareAndSet(false, true)) {
                    Thread closer = Thread.ofPlatform().start(() -> started.join().close());
                    while (!isWaitedForBy(closer)) {
                        Thread.onSpinWait();
                    }
                    interrupted.complete(Thread.currentThread().isInterrupted());
                }
                return super.makeDurable();
            }
        });
        TestMember member = TestMember.start(TestMember.options(folder), new FaultVfs(), watched);
        started.complete(member);
        try {
            for (int i = 0; i < 60 && !interrupted.isDone(); i++) {
                member.put("a", "1");
            }
        } catch (EtcdException closed) {
            assertEquals(EtcdError.STOPPED.text(), closed.text());
        }
        assertFalse(TestMember.await(interrupted), "a sync that is interrupted fails the store");
    }

    /** Whoever closes a member has told the thread that proves durability to end, and waits for that. */
    private static boolean isWaitedForBy(Thread closer) {
        List<StackTraceElement> frames = List.of(closer.getStackTrace());
        return frames.stream().anyMatch(frame -> frame.getClassName().equals(LogRelease.class.getName()))
                && frames.stream().anyMatch(frame -> frame.getClassName().equals(Thread.class.getName())
                        && frame.getMethodName().equals("join"));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertStopped(Supplier<?> request) {
        EtcdException refused = assertThrows(EtcdException.class, request::get);
        assertEquals(EtcdError.STOPPED.text(), refused.text());
    }

    private interface Wrapping {
        Backend wrap(Backend inner);
    }

    private static BackendProvider wrapped(BackendProvider inner, Wrapping wrapping) {
        return new BackendProvider() {
            @Override
            public String name() {
                return inner.name();
            }

            @Override
            public Backend open(Options options) {
                return wrapping.wrap(inner.open(options));
            }
        };
    }
}
