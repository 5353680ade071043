package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every method that a client can call, as gRPC calls it. */
enum DoorMethod {
    RANGE("KV/Range", false),
    PUT("KV/Put", true),
    DELETE_RANGE("KV/DeleteRange", true),
    TXN("KV/Txn", true),
    RANGE_STREAM("KV/RangeStream", false),
    COMPACT("KV/Compact", true),
    WATCH("Watch/Watch", false),
    LEASE_GRANT("Lease/LeaseGrant", true),
    LEASE_REVOKE("Lease/LeaseRevoke", true),
    LEASE_KEEP_ALIVE("Lease/LeaseKeepAlive", false),
    LEASE_TIME_TO_LIVE("Lease/LeaseTimeToLive", false),
    LEASE_LEASES("Lease/LeaseLeases", false),
    MEMBER_ADD("Cluster/MemberAdd", true),
    MEMBER_REMOVE("Cluster/MemberRemove", true),
    MEMBER_UPDATE("Cluster/MemberUpdate", true),
    MEMBER_LIST("Cluster/MemberList", false),
    MEMBER_PROMOTE("Cluster/MemberPromote", true),
    STATUS("Maintenance/Status", false),
    HASH("Maintenance/Hash", false),
    HASH_KV("Maintenance/HashKV", false),
    ALARM("Maintenance/Alarm", true),
    MOVE_LEADER("Maintenance/MoveLeader", false),
    DOWNGRADE("Maintenance/Downgrade", true),
    DEFRAGMENT("Maintenance/Defragment", false),
    SNAPSHOT("Maintenance/Snapshot", false),
    AUTHENTICATE("Auth/Authenticate", true),
    AUTH_ENABLE("Auth/AuthEnable", true),
    AUTH_DISABLE("Auth/AuthDisable", true),
    AUTH_STATUS("Auth/AuthStatus", false),
    USER_ADD("Auth/UserAdd", true),
    USER_GET("Auth/UserGet", false),
    USER_LIST("Auth/UserList", false),
    USER_DELETE("Auth/UserDelete", true),
    USER_CHANGE_PASSWORD("Auth/UserChangePassword", true),
    USER_GRANT_ROLE("Auth/UserGrantRole", true),
    USER_REVOKE_ROLE("Auth/UserRevokeRole", true),
    ROLE_ADD("Auth/RoleAdd", true),
    ROLE_GET("Auth/RoleGet", false),
    ROLE_LIST("Auth/RoleList", false),
    ROLE_DELETE("Auth/RoleDelete", true),
    ROLE_GRANT_PERMISSION("Auth/RoleGrantPermission", true),
    ROLE_REVOKE_PERMISSION("Auth/RoleRevokePermission", true);

    private static final Map<String, DoorMethod> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DoorMethod::fullName, method -> method));

    private final String fullName;
    private final boolean proposes;

    DoorMethod(String name, boolean proposes) {
        this.fullName = "etcdserverpb." + name;
        this.proposes = proposes;
    }

    /** The one of that full name; null where it is none of the member's. */
    static @Nullable DoorMethod of(String fullName) {
        return BY_NAME.get(fullName);
    }

    /** {@code etcdserverpb.KV/Put}. */
    String fullName() {
        return fullName;
    }

    /**
     * Whether admissions are asked about this request: whatever is written to the log by the client's will, but for
     * what goes through the log to be read only: users, roles, whether authentication is on, alarms.
     */
    boolean proposes(Message request) {
        return switch (request) {
            case TxnRequest txn -> !isReadOnly(txn);
            case AlarmRequest alarm -> alarm.getAction() != AlarmRequest.AlarmAction.GET;
            case DowngradeRequest downgrade -> downgrade.getAction() != DowngradeRequest.DowngradeAction.VALIDATE;
            default -> proposes;
        };
    }

    /** The rule by which the member decides whether a transaction goes into the log: one that nests another does. */
    private static boolean isReadOnly(TxnRequest txn) {
        return txn.getSuccessList().stream().allMatch(RequestOp::hasRequestRange)
                && txn.getFailureList().stream().allMatch(RequestOp::hasRequestRange);
    }
}
