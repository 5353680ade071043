package io.drawbore.auth;

import com.google.protobuf.ByteString;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one requester may do. Nothing is refused while authentication is off. The same rules are asked where a request
 * comes in and where its entry is applied; where it matters that all members agree, they are asked there.
 *
 * @param state what the tables say
 * @param requester who asks
 * @param keysOfLease the keys that hang on a lease; none where there is no such lease
 */
public record Access(AuthState state, Requester requester, LongFunction<List<ByteString>> keysOfLease) {
    private static final ByteString ONE_KEY = ByteString.EMPTY;

    /**
     * Judges an entry of the log.
     *
     * @throws EtcdException where its requester may not do it
     */
    public void check(Command command) {
        if (!state.enabled()) {
            return;
        }
        switch (command) {
            case Command.Put put -> put(put.request());
            case Command.DeleteRange delete -> delete(delete.request());
            case Command.Txn txn -> txn(txn.request());
            case Command.LeaseRevoke revoke -> writeAllOf(revoke.request().getID());
            case Command.Auth auth -> check(auth);
            // judged where they come in
            case Command.NoOp _,
                    Command.Compact _,
                    Command.LeaseGrant _,
                    Command.LeaseCheckpoint _,
                    Command.Alarm _,
                    Command.MembershipChange _,
                    Command.MemberAttributes _,
                    Command.ClusterVersion _,
                    Command.Downgrade _ -> {}
        }
    }

    private void check(Command.Auth command) {
        switch (command) {
            case Command.Auth.Status _, Command.Auth.Authenticate _ -> {}
            case Command.Auth.UserGet get -> {
                if (!requester.user().equals(get.request().getName())) {
                    administer();
                }
            }
            case Command.Auth.RoleGet get -> {
                if (!state.hasRole(requester.user(), get.request().getRole())) {
                    administer();
                }
            }
            case Command.Auth.Enable _,
                    Command.Auth.Disable _,
                    Command.Auth.UserAdd _,
                    Command.Auth.UserDelete _,
                    Command.Auth.UserChangePassword _,
                    Command.Auth.UserGrantRole _,
                    Command.Auth.UserRevokeRole _,
                    Command.Auth.UserList _,
                    Command.Auth.RoleAdd _,
                    Command.Auth.RoleDelete _,
                    Command.Auth.RoleList _,
                    Command.Auth.RoleGrantPermission _,
                    Command.Auth.RoleRevokePermission _ ->
                administer();
        }
    }

    /**
     * Judges a reading of a range.
     *
     * @throws EtcdException where it is refused
     */
    public void read(ByteString key, ByteString end) {
        permit(key, end, false);
    }

    /**
     * Judges a change of a range.
     *
     * @throws EtcdException where it is refused
     */
    public void write(ByteString key, ByteString end) {
        permit(key, end, true);
    }

    private void permit(ByteString key, ByteString end, boolean writes) {
        if (!state.enabled()) {
            return;
        }
        if (requester.authRevision() == 0) {
            throw EtcdError.USER_EMPTY.exception();
        }
        if (Long.compareUnsigned(requester.authRevision(), state.revision()) < 0) {
            throw EtcdError.AUTH_OLD_REVISION.exception();
        }
        User user = state.user(requester.user());
        if (user == null) {
            throw EtcdError.PERMISSION_DENIED.exception();
        }
        if (isRoot(user)) {
            return;
        }
        Grants grants = state.grants(user);
        if (!(writes ? grants.write() : grants.read()).cover(key, end)) {
            throw EtcdError.PERMISSION_DENIED.exception();
        }
    }

    /**
     * Judges what only root may do.
     *
     * @throws EtcdException where it is refused
     */
    public void administer() {
        EtcdError refusal = noAdministrator();
        if (refusal != null) {
            throw refusal.exception();
        }
    }

    /** Whether the requester may do everything. */
    public boolean isAdministrator() {
        return noAdministrator() == null;
    }

    private @Nullable EtcdError noAdministrator() {
        if (!state.enabled()) {
            return null;
        }
        if (requester.user().isEmpty()) {
            return EtcdError.USER_EMPTY;
        }
        User user = state.user(requester.user());
        if (user == null) {
            return EtcdError.USER_NOT_FOUND;
        }
        return isRoot(user) ? null : EtcdError.PERMISSION_DENIED;
    }

    /**
     * Judges what any user may do, and nobody else.
     *
     * @throws EtcdException where it is refused
     */
    public void beSomebody() {
        if (state.enabled() && requester.equals(Requester.NOBODY)) {
            throw EtcdError.USER_EMPTY.exception();
        }
    }

    private static boolean isRoot(User user) {
        return user.getRolesList().contains(AuthState.ROOT);
    }

    /** A lease takes its keys along when it ends, so whoever attaches to one must be allowed to end it. */
    private void put(PutRequest put) {
        write(put.getKey(), ONE_KEY);
        writeAllOf(put.getLease());
        if (put.getPrevKv()) {
            read(put.getKey(), ONE_KEY);
        }
    }

    private void delete(DeleteRangeRequest delete) {
        write(delete.getKey(), delete.getRangeEnd());
        if (delete.getPrevKv()) {
            read(delete.getKey(), delete.getRangeEnd());
        }
    }

    /**
     * Judges a transaction: all that either branch may do, nested transactions included.
     *
     * @throws EtcdException where it is refused
     */
    public void txn(TxnRequest txn) {
        for (Compare compare : txn.getCompareList()) {
            read(compare.getKey(), compare.getRangeEnd());
        }
        txn.getSuccessList().forEach(this::operation);
        txn.getFailureList().forEach(this::operation);
    }

    private void operation(RequestOp operation) {
        switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> {
                RangeRequest range = operation.getRequestRange();
                read(range.getKey(), range.getRangeEnd());
            }
            case REQUEST_PUT -> put(operation.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(operation.getRequestDeleteRange());
            case REQUEST_TXN -> txn(operation.getRequestTxn());
            case REQUEST_NOT_SET -> {}
        }
    }

    /**
     * Judges a change of all keys that hang on a lease.
     *
     * @throws EtcdException where one of them may not be changed
     */
    public void writeAllOf(long lease) {
        if (!isAdministrator()) {
            keysOfLease.apply(lease).forEach(key -> write(key, ONE_KEY));
        }
    }

    /**
     * Judges a renewal of a lease: any user's, who may change all keys that hang on it.
     *
     * @throws EtcdException where it is refused
     */
    public void renew(long lease) {
        beSomebody();
        writeAllOf(lease);
    }

    /**
     * Judges a reading of all keys that hang on a lease.
     *
     * @throws EtcdException where one of them may not be read
     */
    public void readAllOf(long lease) {
        if (!isAdministrator()) {
            keysOfLease.apply(lease).forEach(key -> read(key, ONE_KEY));
        }
    }
}
