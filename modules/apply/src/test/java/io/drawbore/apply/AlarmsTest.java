package io.drawbore.apply;

import static io.drawbore.proto.etcdserverpb.AlarmRequest.AlarmAction.ACTIVATE;
import static io.drawbore.proto.etcdserverpb.AlarmRequest.AlarmAction.DEACTIVATE;
import static io.drawbore.proto.etcdserverpb.AlarmRequest.AlarmAction.GET;
import static io.drawbore.proto.etcdserverpb.AlarmType.CORRUPT;
import static io.drawbore.proto.etcdserverpb.AlarmType.NONE;
import static io.drawbore.proto.etcdserverpb.AlarmType.NOSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.testkit.MemoryDisk;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final Backend backend = new MemoryDisk().open(4);
    private Applier applier = Rooms.applier(backend);
    private final Log log = new Log();
    private int done;

    /** Applies what the log has got since the last time, as one batch, and answers the last outcome. */
    private Outcome apply() {
        List<Outcome> outcomes = applier.apply(log.entries.subList(done, log.entries.size()), _ -> true);
        done += outcomes.size();
        return outcomes.getLast();
    }

    private List<AlarmMember> answer() {
        return assertInstanceOf(AlarmResponse.class, apply().response()).getAlarmsList();
    }

    private @Nullable String refusal() {
        EtcdException refusal = apply().refusal();
        return refusal == null ? null : refusal.text();
    }

    private static AlarmMember alarm(long memberId, AlarmType type) {
        return AlarmMember.newBuilder().setMemberID(memberId).setAlarm(type).build();
    }

    @Test
    void anAlarmIsRaisedListedAndCleared() {
        log.alarm(ACTIVATE, 1, NOSPACE);
        assertEquals(List.of(alarm(1, NOSPACE)), answer());
        log.alarm(ACTIVATE, 1, NOSPACE);
        assertEquals(List.of(alarm(1, NOSPACE)), answer(), "raised already");
        log.alarm(ACTIVATE, 2, CORRUPT).alarm(GET, 0, NONE);
        assertEquals(List.of(alarm(1, NOSPACE), alarm(2, CORRUPT)), answer());
        log.alarm(GET, 7, CORRUPT);
        assertEquals(List.of(alarm(2, CORRUPT)), answer());
        log.alarm(DEACTIVATE, 1, NOSPACE);
        assertEquals(List.of(alarm(1, NOSPACE)), answer());
        log.alarm(DEACTIVATE, 1, NOSPACE);
        assertEquals(List.of(), answer(), "not raised any more");
        assertTrue(applier.alarms().raised(CORRUPT, 2));
        assertFalse(applier.alarms().raised(NOSPACE));
    }

    @Test
    void nothingIsNoAlarm() {
        log.alarm(ACTIVATE, 1, NONE);
        assertEquals(List.of(), answer());
        log.alarm(DEACTIVATE, 0, NONE);
        assertEquals(List.of(), answer());
        assertEquals(List.of(), applier.alarms().raised());
    }

    @Test
    void theTableHoldsThemAndARestartReadsThemThere() {
        log.alarm(ACTIVATE, 1, NOSPACE).alarm(ACTIVATE, 2, NOSPACE).alarm(DEACTIVATE, 1, NOSPACE);
        apply();
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(alarm(2, NOSPACE).toByteString()), List.copyOf(view.all(Table.ALARM).keySet()));
        }
        applier = Rooms.applier(backend);
        assertEquals(List.of(alarm(2, NOSPACE)), applier.alarms().raised());
        log.put("a", "1");
        assertEquals(EtcdError.NO_SPACE.text(), refusal());
    }

    @Test
    void aFullClusterTakesNothingButLetsSpaceBeFreed() {
        log.put("a", "1").alarm(ACTIVATE, 1, NOSPACE).put("a", "2");
        assertEquals(EtcdError.NO_SPACE.text(), refusal());
        log.putBoth("a", "b", "3");
        assertEquals(EtcdError.NO_SPACE.text(), refusal());
        log.grant(7, 60);
        assertEquals(EtcdError.NO_SPACE.text(), refusal());
        log.deleteInTxn("a");
        assertNull(refusal(), "a transaction that puts nothing");
        log.delete("a", "z");
        assertNull(refusal());
        log.clusterVersion("3.7.0");
        assertNull(refusal());
        log.alarm(DEACTIVATE, 1, NOSPACE).put("a", "2");
        assertNull(refusal(), "the alarm is cleared before it, in the same batch");
    }

    @Test
    void aClusterInDoubtChangesNoKey() {
        log.put("a", "1").grant(7, 60).alarm(ACTIVATE, 1, NOSPACE).alarm(ACTIVATE, 1, CORRUPT).put("a", "2");
        assertEquals(EtcdError.CORRUPT.text(), refusal());
        log.grant(8, 60);
        assertEquals(EtcdError.CORRUPT.text(), refusal());
        log.revoke(7);
        assertEquals(EtcdError.CORRUPT.text(), refusal());
        log.delete("a", "z");
        assertEquals(EtcdError.CORRUPT.text(), refusal());
        log.deleteInTxn("a");
        assertEquals(EtcdError.CORRUPT.text(), refusal());
        log.clusterVersion("3.7.0");
        assertNull(refusal());
    }

    @Test
    void digestsKnowTheAlarms() {
        log.noOp().alarm(ACTIVATE, 1, NOSPACE).alarm(DEACTIVATE, 1, NOSPACE);
        apply();
        try (ReadTx view = backend.read()) {
            long before = view.digests(0).get(0).tables();
            assertNotEquals(before, view.digests(0).get(1).tables());
            assertEquals(before, view.digests(0).get(2).tables());
        }
    }
}
