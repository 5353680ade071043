package io.drawbore.api;

/**
 * Has a say in requests before they are proposed: it may refuse them, and changes nothing. Every admission of every
 * plug-in must let a request pass; they are asked in the order of the plug-ins.
 *
 * <p>It is asked about what clients of this member would have written to the log: {@code Put}, {@code DeleteRange},
 * {@code Txn} unless it consists of ranges only (one that nests another is written, whatever that does), {@code
 * Compact}, {@code LeaseGrant}, {@code LeaseRevoke}, changes of members, of users and roles, alarms and downgrades, and
 * {@code Authenticate}, for a login is an entry of the log too. One that refuses all it doesn't know lets {@code
 * etcdserverpb.Auth/Authenticate} pass, or nobody can log in, not even to read.
 *
 * <p>It is not asked about reads, so that no admission keeps administrators from looking: also not about those that go
 * through the log as they do in etcd, which are {@code AuthStatus}, {@code UserGet}, {@code UserList}, {@code RoleGet},
 * {@code RoleList} and {@code Alarm} with the action {@code GET}. It is asked by this member only: it is no rule of the
 * cluster unless all members have it. What the member proposes by itself (leases that expire, automatic compaction)
 * doesn't come here.
 *
 * <p><b>Threads.</b> {@link #admit} is called on threads of the plug-in's own, many at a time, and may wait. What it
 * waits for holds up the request that it judges, no other one. <b>Limits.</b> It has a second; at most 1,024 calls are
 * under way at a time. <b>Errors.</b> What it throws that is no {@link EtcdException}, a call that takes too long and
 * one too many are failures: {@link #failurePolicy} says what becomes of the request. After failures in a row the
 * plug-in is fenced off for a while, which is a failure of every request it would be asked about, at once.
 */
public interface AdmissionControl {
    /** Its name, for errors and metrics: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /** What a failure of this means to the request. Constant. */
    FailurePolicy failurePolicy();

    /**
     * Whether it wants to be asked about a method, such as {@code etcdserverpb.KV/Put}. Constant; asked at the start.
     */
    default boolean concerns(String method) {
        return true;
    }

    /**
     * Lets a request pass by returning.
     *
     * @throws EtcdException to refuse it; the client gets code and text as they are
     * @throws Exception a failure
     */
    void admit(ClientRequest request) throws Exception;
}
