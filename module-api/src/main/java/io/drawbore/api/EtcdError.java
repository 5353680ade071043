package io.drawbore.api;

/**
 * The errors of etcd: code and text as clients match them, to the letter. Four of them ("too many requests", "not
 * enough started members", "leader transfer took too long" and "no password user") reach clients with code Unknown,
 * because that is how etcd sends them.
 */
public enum EtcdError {
    /** etcdserver: key is not provided */
    EMPTY_KEY(StatusCode.INVALID_ARGUMENT, "etcdserver: key is not provided"),
    /** etcdserver: key not found */
    KEY_NOT_FOUND(StatusCode.INVALID_ARGUMENT, "etcdserver: key not found"),
    /** etcdserver: value is provided */
    VALUE_PROVIDED(StatusCode.INVALID_ARGUMENT, "etcdserver: value is provided"),
    /** etcdserver: lease is provided */
    LEASE_PROVIDED(StatusCode.INVALID_ARGUMENT, "etcdserver: lease is provided"),
    /** etcdserver: too many operations in txn request */
    TOO_MANY_OPS(StatusCode.INVALID_ARGUMENT, "etcdserver: too many operations in txn request"),
    /** etcdserver: duplicate key given in txn request */
    DUPLICATE_KEY(StatusCode.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request"),
    /** etcdserver: invalid client api version */
    INVALID_CLIENT_API_VERSION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid client api version"),
    /** etcdserver: invalid sort option */
    INVALID_SORT_OPTION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid sort option"),
    /** etcdserver: mvcc: required revision has been compacted */
    COMPACTED(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted"),
    /** etcdserver: mvcc: required revision is a future revision */
    FUTURE_REV(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision"),
    /** etcdserver: mvcc: database space exceeded */
    NO_SPACE(StatusCode.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded"),
    /** etcdserver: requested lease not found */
    LEASE_NOT_FOUND(StatusCode.NOT_FOUND, "etcdserver: requested lease not found"),
    /** etcdserver: lease already exists */
    LEASE_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: lease already exists"),
    /** etcdserver: too large lease TTL */
    LEASE_TTL_TOO_LARGE(StatusCode.OUT_OF_RANGE, "etcdserver: too large lease TTL"),
    /** etcdserver: watch canceled */
    WATCH_CANCELED(StatusCode.CANCELLED, "etcdserver: watch canceled"),
    /** etcdserver: member ID already exist */
    MEMBER_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: member ID already exist"),
    /** etcdserver: Peer URLs already exists */
    PEER_URL_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists"),
    /** etcdserver: re-configuration failed due to not enough started members */
    MEMBER_NOT_ENOUGH_STARTED(StatusCode.UNKNOWN,
            "etcdserver: re-configuration failed due to not enough started members"),
    /** etcdserver: given member URLs are invalid */
    MEMBER_BAD_URLS(StatusCode.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid"),
    /** etcdserver: member not found */
    MEMBER_NOT_FOUND(StatusCode.NOT_FOUND, "etcdserver: member not found"),
    /** etcdserver: can only promote a learner member */
    MEMBER_NOT_LEARNER(StatusCode.FAILED_PRECONDITION, "etcdserver: can only promote a learner member"),
    /** etcdserver: can only promote a learner member which is in sync with leader */
    LEARNER_NOT_READY(StatusCode.FAILED_PRECONDITION,
            "etcdserver: can only promote a learner member which is in sync with leader"),
    /** etcdserver: too many learner members in cluster */
    TOO_MANY_LEARNERS(StatusCode.FAILED_PRECONDITION, "etcdserver: too many learner members in cluster"),
    /** etcdserver: cluster ID mismatch */
    CLUSTER_ID_MISMATCH(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster ID mismatch"),
    /** etcdserver: request is too large */
    REQUEST_TOO_LARGE(StatusCode.INVALID_ARGUMENT, "etcdserver: request is too large"),
    /** etcdserver: too many requests */
    REQUEST_TOO_MANY_REQUESTS(StatusCode.UNKNOWN, "etcdserver: too many requests"),
    /** etcdserver: root user does not exist */
    ROOT_USER_NOT_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not exist"),
    /** etcdserver: root user does not have root role */
    ROOT_ROLE_NOT_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not have root role"),
    /** etcdserver: user name already exists */
    USER_ALREADY_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: user name already exists"),
    /** etcdserver: user name is empty */
    USER_EMPTY(StatusCode.INVALID_ARGUMENT, "etcdserver: user name is empty"),
    /** etcdserver: user name not found */
    USER_NOT_FOUND(StatusCode.FAILED_PRECONDITION, "etcdserver: user name not found"),
    /** etcdserver: role name already exists */
    ROLE_ALREADY_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: role name already exists"),
    /** etcdserver: role name not found */
    ROLE_NOT_FOUND(StatusCode.FAILED_PRECONDITION, "etcdserver: role name not found"),
    /** etcdserver: role name is empty */
    ROLE_EMPTY(StatusCode.INVALID_ARGUMENT, "etcdserver: role name is empty"),
    /** etcdserver: authentication failed, invalid user ID or password */
    AUTH_FAILED(StatusCode.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password"),
    /** auth: authentication failed, password was given for no password user */
    NO_PASSWORD_USER(StatusCode.UNKNOWN, "auth: authentication failed, password was given for no password user"),
    /** etcdserver: permission not given */
    PERMISSION_NOT_GIVEN(StatusCode.INVALID_ARGUMENT, "etcdserver: permission not given"),
    /** etcdserver: permission denied */
    PERMISSION_DENIED(StatusCode.PERMISSION_DENIED, "etcdserver: permission denied"),
    /** etcdserver: role is not granted to the user */
    ROLE_NOT_GRANTED(StatusCode.FAILED_PRECONDITION, "etcdserver: role is not granted to the user"),
    /** etcdserver: permission is not granted to the role */
    PERMISSION_NOT_GRANTED(StatusCode.FAILED_PRECONDITION, "etcdserver: permission is not granted to the role"),
    /** etcdserver: authentication is not enabled */
    AUTH_NOT_ENABLED(StatusCode.FAILED_PRECONDITION, "etcdserver: authentication is not enabled"),
    /** etcdserver: invalid auth token */
    INVALID_AUTH_TOKEN(StatusCode.UNAUTHENTICATED, "etcdserver: invalid auth token"),
    /** etcdserver: invalid auth management */
    INVALID_AUTH_MGMT(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid auth management"),
    /** etcdserver: revision of auth store is old */
    AUTH_OLD_REVISION(StatusCode.INVALID_ARGUMENT, "etcdserver: revision of auth store is old"),
    /** etcdserver: no leader */
    NO_LEADER(StatusCode.UNAVAILABLE, "etcdserver: no leader"),
    /** etcdserver: not leader */
    NOT_LEADER(StatusCode.FAILED_PRECONDITION, "etcdserver: not leader"),
    /** etcdserver: leader changed */
    LEADER_CHANGED(StatusCode.UNAVAILABLE, "etcdserver: leader changed"),
    /** etcdserver: not capable */
    NOT_CAPABLE(StatusCode.FAILED_PRECONDITION, "etcdserver: not capable"),
    /** etcdserver: server stopped */
    STOPPED(StatusCode.UNAVAILABLE, "etcdserver: server stopped"),
    /** etcdserver: request timed out */
    TIMEOUT(StatusCode.UNAVAILABLE, "etcdserver: request timed out"),
    /** etcdserver: request timed out, possibly due to previous leader failure */
    TIMEOUT_DUE_TO_LEADER_FAIL(StatusCode.UNAVAILABLE,
            "etcdserver: request timed out, possibly due to previous leader failure"),
    /** etcdserver: request timed out, possibly due to connection lost */
    TIMEOUT_DUE_TO_CONNECTION_LOST(StatusCode.UNAVAILABLE,
            "etcdserver: request timed out, possibly due to connection lost"),
    /** etcdserver: request timed out, waiting for the applied index took too long */
    TIMEOUT_WAIT_APPLIED_INDEX(StatusCode.UNAVAILABLE,
            "etcdserver: request timed out, waiting for the applied index took too long"),
    /** etcdserver: request timed out, leader transfer took too long */
    TIMEOUT_LEADER_TRANSFER(StatusCode.UNKNOWN, "etcdserver: request timed out, leader transfer took too long"),
    /** etcdserver: unhealthy cluster */
    UNHEALTHY(StatusCode.UNAVAILABLE, "etcdserver: unhealthy cluster"),
    /** etcdserver: corrupt cluster */
    CORRUPT(StatusCode.DATA_LOSS, "etcdserver: corrupt cluster"),
    /** etcdserver: rpc not supported for learner */
    NOT_SUPPORTED_FOR_LEARNER(StatusCode.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner"),
    /** etcdserver: bad leader transferee */
    BAD_LEADER_TRANSFEREE(StatusCode.FAILED_PRECONDITION, "etcdserver: bad leader transferee"),
    /** etcdserver: wrong downgrade target version format */
    WRONG_DOWNGRADE_VERSION_FORMAT(StatusCode.INVALID_ARGUMENT, "etcdserver: wrong downgrade target version format"),
    /** etcdserver: invalid downgrade target version */
    INVALID_DOWNGRADE_TARGET_VERSION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid downgrade target version"),
    /** etcdserver: cluster version not found during downgrade */
    CLUSTER_VERSION_UNAVAILABLE(StatusCode.FAILED_PRECONDITION,
            "etcdserver: cluster version not found during downgrade"),
    /** etcdserver: cluster has a downgrade job in progress */
    DOWNGRADE_IN_PROCESS(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster has a downgrade job in progress"),
    /** etcdserver: no inflight downgrade job */
    NO_INFLIGHT_DOWNGRADE(StatusCode.FAILED_PRECONDITION, "etcdserver: no inflight downgrade job"),
    /** etcdserver: request canceled */
    CANCELED(StatusCode.CANCELLED, "etcdserver: request canceled"),
    /** etcdserver: context deadline exceeded */
    DEADLINE_EXCEEDED(StatusCode.DEADLINE_EXCEEDED, "etcdserver: context deadline exceeded");

    private final StatusCode code;
    private final String text;

    EtcdError(StatusCode code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The gRPC status code. */
    public StatusCode code() {
        return code;
    }

    /** The text, as it stands in the status message. */
    public String text() {
        return text;
    }

    /** The error as an exception. */
    public EtcdException exception() {
        return new EtcdException(this);
    }
}
