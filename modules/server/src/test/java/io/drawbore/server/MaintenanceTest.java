package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmRequest.AlarmAction;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms, the quota and free space, through the front door. */
class MaintenanceTest {
    private static final long SMALL = 1 << 20;

    @TempDir
    private Path folder;

    private final MemoryBackendProvider backends = new MemoryBackendProvider();

    private TestMember start(UpkeepOptions upkeep) {
        return TestMember.start(TestMember.options(folder, upkeep), new DiskVfs(), backends);
    }

    private static UpkeepOptions quota(long bytes, boolean clears) {
        return new UpkeepOptions(bytes, clears, 1_000, Duration.ZERO, new UpkeepOptions.AutoCompaction.Off(), 0);
    }

    private static AlarmResponse alarm(TestMember member, AlarmAction action, long memberId, AlarmType type) {
        return TestMember.await(member.server.alarm(
                AlarmRequest.newBuilder().setAction(action).setMemberID(memberId).setAlarm(type).build(),
                Caller.SELF));
    }

    private static StatusResponse status(TestMember member) {
        return TestMember.await(member.server.status(Caller.SELF));
    }

    private static void assertRefused(EtcdError error, Runnable request) {
        EtcdException refusal = assertThrows(EtcdException.class, request::run);
        assertEquals(error.text(), refusal.text());
        assertEquals(error.code(), refusal.code());
    }

    @Test
    void anAlarmThatIsRaisedIsListedObeyedAndSurvivesARestart() {
        long id;
        try (TestMember member = start(UpkeepOptions.DEFAULT)) {
            id = member.server.identity().memberId();
            member.put("a", "1");
            AlarmResponse raised = alarm(member, AlarmAction.ACTIVATE, id, AlarmType.NOSPACE);
            assertEquals(2, raised.getHeader().getRevision());
            assertEquals(id, raised.getHeader().getMemberId());
            assertEquals(List.of(nospace(id)), raised.getAlarmsList());
        }
        try (TestMember member = start(UpkeepOptions.DEFAULT)) {
            assertEquals(List.of(nospace(id)), alarm(member, AlarmAction.GET, 0, AlarmType.NONE).getAlarmsList());
            assertEquals(Set.of(AlarmType.NOSPACE), member.server.alarms());
            assertEquals(
                    List.of("memberID:" + Long.toUnsignedString(id) + " alarm:NOSPACE"),
                    status(member).getErrorsList());
            assertRefused(EtcdError.NO_SPACE, () -> member.put("a", "2"));
            member.delete("a");
            alarm(member, AlarmAction.DEACTIVATE, id, AlarmType.NOSPACE);
            assertEquals(Set.of(), member.server.alarms());
            member.put("a", "3");
        }
    }

    private static AlarmMember nospace(long id) {
        return AlarmMember.newBuilder().setMemberID(id).setAlarm(AlarmType.NOSPACE).build();
    }

    @Test
    void aFullStoreRaisesTheAlarmAndRefusesUntilSomebodyClearsIt() {
        try (TestMember member = start(quota(SMALL, false))) {
            assertEquals(SMALL, status(member).getDbSizeQuota());
            String value = "x".repeat(100_000);
            int puts = putUntilRefused(member, value);
            assertTrue(puts >= 7 && puts <= 10, "full after " + puts);
            assertEquals(Set.of(AlarmType.NOSPACE), member.server.alarms());
            assertRefused(EtcdError.NO_SPACE, () -> member.put("small", "x"));
            assertEquals(value, member.value("k0"));
            member.delete("k0");
            assertEquals(Set.of(AlarmType.NOSPACE), member.server.alarms(), "nobody has cleared it");
        }
        // a larger quota lets the store live, once the alarm is cleared
        try (TestMember member = start(quota(2 * SMALL, false))) {
            assertRefused(EtcdError.NO_SPACE, () -> member.put("small", "x"));
            alarm(member, AlarmAction.DEACTIVATE, member.server.identity().memberId(), AlarmType.NOSPACE);
            member.put("small", "x");
        }
    }

    private static int putUntilRefused(TestMember member, String value) {
        for (int i = 0; i < 1_000; i++) {
            String key = "k" + i;
            try {
                member.put(key, value);
            } catch (EtcdException e) {
                assertEquals(EtcdError.NO_SPACE.text(), e.text());
                return i;
            }
        }
        throw new AssertionError("the quota was never reached");
    }

    @Test
    void withoutAQuotaNothingIsRefused() {
        try (TestMember member = start(quota(-1, false))) {
            assertEquals(-1, status(member).getDbSizeQuota());
            member.put("a", "x".repeat(500_000));
        }
    }

    @Test
    void aMemberThatHasSpaceAgainClearsItsAlarmWhereToldTo() {
        try (TestMember member = start(quota(SMALL, false))) {
            putUntilRefused(member, "x".repeat(100_000));
        }
        try (TestMember member = start(quota(2 * SMALL, true))) {
            // the size found at the start is judged after the first entries
            TestMember.until(() -> member.server.alarms().isEmpty());
            member.put("a", "1");
        }
    }

    private static CompactionResponse compact(TestMember member, long revision, boolean physical) {
        return TestMember.await(member.server.compact(
                CompactionRequest.newBuilder().setRevision(revision).setPhysical(physical).build(), Caller.SELF));
    }

    private static RangeRequest at(String key, long revision) {
        return TestMember.rangeRequest(key).toBuilder().setRevision(revision).build();
    }

    @Test
    void compactedHistoryIsRefusedAndGone() {
        try (TestMember member = start(slices(3))) {
            for (int i = 0; i < 50; i++) {
                member.put("k" + i % 5, "v" + i);
            }
            CompactionResponse done = compact(member, 40, true);
            assertEquals(51, done.getHeader().getRevision());
            assertRefused(EtcdError.COMPACTED, () ->
                    TestMember.await(member.server.range(at("k0", 39), Caller.SELF)));
            assertEquals(1, TestMember.await(member.server.range(at("k0", 40), Caller.SELF)).getCount());
            assertRefused(EtcdError.COMPACTED, () -> compact(member, 40, false));
            assertRefused(EtcdError.FUTURE_REV, () -> compact(member, 52, false));
            assertEquals("v49", member.value("k4"));
        }
        assertEquals(5 + 11, rows(), "the newest of each key, and what came later");
    }

    private static UpkeepOptions slices(int rows) {
        return new UpkeepOptions(0, false, rows, Duration.ZERO, new UpkeepOptions.AutoCompaction.Off(), 0);
    }

    private int rows() {
        Path store = folder.resolve("member").resolve("store");
        try (Backend backend = backends.open(new BackendProvider.Options(store, 1));
                ReadTx view = backend.read()) {
            return view.scan(new Revision(0, 0), Revision.END, 1_000, ReadTx.Content.HEADS).size();
        }
    }

    @Test
    void whoWatchesWhatIsCompactedIsTold() throws Exception {
        try (TestMember member = start(UpkeepOptions.DEFAULT)) {
            for (int i = 0; i < 10; i++) {
                member.put("k", "v" + i);
            }
            compact(member, 8, false);
            RecordingSink sink = new RecordingSink();
            try (WatchStream stream = member.server.watch(sink, Caller.SELF)) {
                stream.accept(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("k"))
                                .setStartRevision(3))
                        .build());
                assertTrue(sink.next().getCreated());
                WatchResponse canceled = sink.next();
                assertTrue(canceled.getCanceled());
                assertEquals(8, canceled.getCompactRevision());
            }
        }
    }

    @Test
    void defragmentationAnswersWithNothing() {
        try (TestMember member = start(UpkeepOptions.DEFAULT)) {
            assertEquals(DefragmentResponse.getDefaultInstance(),
                    TestMember.await(member.server.defragment(Caller.SELF)));
        }
    }
}
