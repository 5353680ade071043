package io.drawbore.apply;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Command;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The alarms that are raised: what the table of alarms says, nothing else. Immutable; any thread.
 *
 * <p>An alarm is replicated, so what it forbids is refused by every member at the same entry.
 */
public final class Alarms {
    private static final Comparator<AlarmMember> ORDER = Comparator.comparingInt(AlarmMember::getAlarmValue)
            .thenComparing(AlarmMember::getMemberID, Long::compareUnsigned);

    private final List<AlarmMember> raised;

    private Alarms(List<AlarmMember> raised) {
        this.raised = raised.stream().sorted(ORDER).toList();
    }

    /** What a store says. */
    static Alarms of(ReadTx tx) {
        List<AlarmMember> raised = new ArrayList<>();
        for (ByteString key : tx.all(Table.ALARM).keySet()) {
            try {
                raised.add(AlarmMember.parseFrom(key));
            } catch (InvalidProtocolBufferException e) {
                throw new CorruptionException("table alarm holds a key that is no alarm: " + e.getMessage());
            }
        }
        return new Alarms(raised);
    }

    /** All that are raised, by type and then by member. */
    public List<AlarmMember> raised() {
        return raised;
    }

    /** Whether an alarm is raised for any member. */
    public boolean raised(AlarmType type) {
        return raised.stream().anyMatch(alarm -> alarm.getAlarmValue() == type.getNumber());
    }

    /** Whether an alarm is raised for one member. */
    public boolean raised(AlarmType type, long memberId) {
        return raised.contains(AlarmMember.newBuilder().setMemberID(memberId).setAlarm(type).build());
    }

    /**
     * What a request is told: those raised of the type asked for (all for NONE), the one that is raised afterwards, or
     * the one that no longer is.
     */
    List<AlarmMember> answer(AlarmRequest request) {
        return switch (request.getAction()) {
            case GET -> raised.stream()
                    .filter(alarm -> request.getAlarm() == AlarmType.NONE
                            || alarm.getAlarmValue() == request.getAlarmValue())
                    .toList();
            case ACTIVATE -> request.getAlarm() == AlarmType.NONE ? List.of() : List.of(subject(request));
            case DEACTIVATE -> raised.contains(subject(request)) ? List.of(subject(request)) : List.of();
            case UNRECOGNIZED -> List.of();
        };
    }

    /** What a request changes in the table; empty where it changes nothing. */
    List<TableChange> changes(AlarmRequest request) {
        AlarmMember subject = subject(request);
        boolean is = raised.contains(subject);
        return switch (request.getAction()) {
            case ACTIVATE -> is || request.getAlarm() == AlarmType.NONE
                    ? List.of()
                    : List.of(new TableChange(Table.ALARM, subject.toByteString(), ByteString.EMPTY));
            case DEACTIVATE -> is
                    ? List.of(new TableChange(Table.ALARM, subject.toByteString(), null))
                    : List.of();
            case GET, UNRECOGNIZED -> List.of();
        };
    }

    /** The alarms once {@link #changes} is written. */
    Alarms after(AlarmRequest request) {
        List<TableChange> changes = changes(request);
        if (changes.isEmpty()) {
            return this;
        }
        List<AlarmMember> next = new ArrayList<>(raised);
        if (changes.getFirst().value() == null) {
            next.remove(subject(request));
        } else {
            next.add(subject(request));
        }
        return new Alarms(next);
    }

    private static AlarmMember subject(AlarmRequest request) {
        return AlarmMember.newBuilder()
                .setMemberID(request.getMemberID())
                .setAlarmValue(request.getAlarmValue())
                .build();
    }

    /** Why a command may not be done as long as an alarm is raised, or null where it may. */
    @Nullable EtcdException refusal(Command command) {
        if (raised.isEmpty()) {
            return null;
        }
        if (raised(AlarmType.CORRUPT) && changesData(command)) {
            return EtcdError.CORRUPT.exception();
        }
        return raised(AlarmType.NOSPACE) && takesSpace(command) ? EtcdError.NO_SPACE.exception() : null;
    }

    /** What etcd refuses of a cluster whose data is in doubt. */
    private static boolean changesData(Command command) {
        return switch (command) {
            case Command.Put _,
                    Command.DeleteRange _,
                    Command.Txn _,
                    Command.Compact _,
                    Command.LeaseGrant _,
                    Command.LeaseRevoke _ ->
                true;
            case Command.NoOp _,
                    Command.LeaseCheckpoint _,
                    Command.Alarm _,
                    Command.MembershipChange _,
                    Command.MemberAttributes _,
                    Command.ClusterVersion _,
                    Command.Downgrade _,
                    Command.Auth _ ->
                false;
        };
    }

    /** What etcd refuses of a cluster that is full; whatever gives space back goes on. */
    private static boolean takesSpace(Command command) {
        return switch (command) {
            case Command.Put _, Command.LeaseGrant _ -> true;
            case Command.Txn txn -> SpaceCost.of(txn.request()) > 0;
            case Command.NoOp _,
                    Command.DeleteRange _,
                    Command.Compact _,
                    Command.LeaseRevoke _,
                    Command.LeaseCheckpoint _,
                    Command.Alarm _,
                    Command.MembershipChange _,
                    Command.MemberAttributes _,
                    Command.ClusterVersion _,
                    Command.Downgrade _,
                    Command.Auth _ ->
                false;
        };
    }
}
