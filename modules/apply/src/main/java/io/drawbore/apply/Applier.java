package io.drawbore.apply;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.Command;
import io.drawbore.api.Counter;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.TableChange;
import io.drawbore.api.WriteTx;
import io.drawbore.auth.Access;
import io.drawbore.auth.AuthCommands;
import io.drawbore.auth.AuthState;
import io.drawbore.auth.TokenChange;
import io.drawbore.lease.Leases;
import io.drawbore.membership.Membership;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.mvcc.NextKeyspace;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies committed entries: a batch of whole entries is one transaction, and the transaction holds the index of the
 * last. Apply thread only.
 */
public final class Applier {
    private final Backend backend;
    private final Keyspace keyspace;
    private final Leases leases;
    private final ApplyOptions options;
    private final EntryDecoder decoder;

    /** Those of the last commit. */
    private volatile Alarms alarms;

    /** As of the last commit. */
    private volatile AuthState auth;

    /** That of the last commit. */
    private volatile @Nullable MinorVersion clusterVersion;

    /** An applier that writes to a store and keeps its key index and its leases, with etcd's defaults. */
    public Applier(Backend backend, Keyspace keyspace, Leases leases) {
        this(backend, keyspace, leases, ApplyOptions.DEFAULT);
    }

    /** The same with options. */
    public Applier(Backend backend, Keyspace keyspace, Leases leases, ApplyOptions options) {
        this.options = options;
        this.decoder = new EntryDecoder(options.v2());
        this.backend = backend;
        this.keyspace = keyspace;
        this.leases = leases;
        try (ReadTx tx = backend.read()) {
            alarms = Alarms.of(tx);
            auth = AuthState.of(tx);
            clusterVersion = SharedCheckpoints.clusterVersion(tx);
        }
    }

    /** The alarms that are raised since the last commit. Any thread. */
    public Alarms alarms() {
        return alarms;
    }

    /** The cluster's version since the last commit, null before it is decided. Any thread. */
    public @Nullable MinorVersion clusterVersion() {
        return clusterVersion;
    }

    /** Users, roles and the auth revision since the last commit. Any thread. */
    public AuthState auth() {
        return auth;
    }

    /**
     * Applies entries that follow the store's applied index without a gap, and commits. Nothing is visible to readers
     * of the keyspace before the caller publishes it.
     *
     * @param entries at least one; those behind a membership change are left to the next batch
     * @param awaited whether someone here waits for the outcome of a request id
     * @return an outcome for each entry applied, in order
     * @throws io.drawbore.api.StorageException where the store fails or an entry is not understood; the member must
     *     stop
     * @throws InvariantException where entries do not follow; the member must stop
     */
    public List<Outcome> apply(List<Entry> entries, LongPredicate awaited) {
        try (WriteTx tx = backend.begin()) {
            Applied at = tx.applied();
            Digests digests = new Digests(tx.digest(), SharedCheckpoints.at(clusterVersion));
            Batch batch = new Batch(
                    tx, keyspace.writer(tx, leases::exists), digests, alarms, auth, clusterVersion);
            List<Outcome> outcomes = new ArrayList<>(entries.size());
            for (Entry entry : entries) {
                InvariantException.check(
                        entry.getIndex() == at.index() + 1, "entry " + entry.getIndex() + " does not follow " + at);
                at = new Applied(entry.getIndex(), entry.getTerm());
                DecodedEntry decoded = decoder.decode(entry);
                Outcome outcome = batch.execute(at, decoded, awaited.test(decoded.requestId()));
                batch.digests.entryApplied(entry, outcome.changes());
                outcomes.add(outcome);
                if (outcome.membershipChange() != null) {
                    break;
                }
            }
            tx.record(batch.digests.taken());
            tx.commit(at);
            alarms = batch.alarms;
            auth = batch.auth;
            clusterVersion = batch.clusterVersion;
            return outcomes;
        }
    }

    /**
     * Puts what another member's store held in the place of all that this one holds, in one transaction, and publishes
     * it to readers of the keyspace. The digests begin anew with an {@link io.drawbore.api.EntryDigest#anchor}, by
     * which a store is known whose log has not been told yet.
     *
     * @param content of an index above the store's
     * @throws io.drawbore.api.StorageException where the store fails or the content can't be read; the member must stop
     */
    public void install(StoreContent content) {
        try (WriteTx tx = backend.begin();
                NextKeyspace next = keyspace.next()) {
            tx.clear();
            content.values(tx::put);
            Leases loaded = leases.loadedFrom(tx);
            long revision = content.rows(row -> {
                tx.put(row);
                next.add(row);
                loaded.rowApplied(row);
            });
            tx.set(Counter.REVISION, revision);
            tx.set(Counter.COMPACT_REVISION, content.compactRevision());
            tx.set(Counter.FINISHED_COMPACT_REVISION, content.finishedCompactRevision());
            tx.record(List.of(Digests.anchor(content.applied().index(), tx)));
            Alarms raised = Alarms.of(tx);
            AuthState users = AuthState.of(tx);
            MinorVersion version = SharedCheckpoints.clusterVersion(tx);
            next.begin(content.compactRevision());
            tx.commit(content.applied());
            next.publish(revision, content.compactRevision(), content.finishedCompactRevision());
            leases.replaceWith(loaded);
            alarms = raised;
            auth = users;
            clusterVersion = version;
        }
    }

    /**
     * One transaction while its entries are applied: what they wrote so far, and what the alarms, the users and the
     * leases are by now. Ends with the transaction.
     */
    private final class Batch {
        private final WriteTx tx;
        private final KeyspaceWriter keys;
        private final Digests digests;
        private Alarms alarms;
        private AuthState auth;
        private @Nullable MinorVersion clusterVersion;

        Batch(
                WriteTx tx,
                KeyspaceWriter keys,
                Digests digests,
                Alarms alarms,
                AuthState auth,
                @Nullable MinorVersion clusterVersion) {
            this.tx = tx;
            this.keys = keys;
            this.digests = digests;
            this.alarms = alarms;
            this.auth = auth;
            this.clusterVersion = clusterVersion;
        }

        Outcome execute(Applied at, DecodedEntry entry, boolean respond) {
            EtcdException refusal = alarms.refusal(entry.command());
            if (refusal != null) {
                return Outcome.refused(at, entry.requestId(), refusal, keys);
            }
            Message response = null;
            TokenChange token = null;
            ConfChangeV2 membershipChange = null;
            List<KeyRow> changes = List.of();
            long before = keys.revision();
            try {
                new Access(auth, entry.requester(), this::keysOfLease).check(entry.command());
                switch (entry.command()) {
                    case Command.NoOp _ -> {}
                    case Command.Put put -> {
                        response = keys.put(put.request(), respond);
                        changes = written(keys);
                    }
                    case Command.DeleteRange delete -> {
                        response = keys.deleteRange(delete.request(), respond);
                        changes = written(keys);
                    }
                    case Command.Txn txn -> {
                        response = keys.txn(txn.request(), respond);
                        changes = written(keys);
                    }
                    case Command.LeaseGrant grant -> {
                        write(LeaseCommands.grant(leases, grant.request()));
                        response = LeaseGrantResponse.newBuilder()
                                .setHeader(revision(keys))
                                .setID(grant.request().getID())
                                .setTTL(grant.request().getTTL())
                                .build();
                    }
                    case Command.LeaseRevoke revoke -> {
                        write(LeaseCommands.revoke(leases, keys, revoke.request()));
                        changes = keys.changes();
                        response = LeaseRevokeResponse.newBuilder().setHeader(revision(keys)).build();
                    }
                    case Command.LeaseCheckpoint checkpoint -> {
                        boolean kept = SharedCheckpoints.at(clusterVersion)
                                || options.checkpoints().keepsBelow36(clusterVersion);
                        write(LeaseCommands.checkpoint(leases, checkpoint.request(), kept));
                        response = LeaseCheckpointResponse.newBuilder().setHeader(revision(keys)).build();
                    }
                    case Command.Compact compact ->
                        response = keys.compact(compact.request().getRevision());
                    case Command.Alarm alarm -> {
                        response = AlarmResponse.newBuilder()
                                .addAllAlarms(alarms.answer(alarm.request()))
                                .build();
                        write(alarms.changes(alarm.request()));
                        alarms = alarms.after(alarm.request());
                    }
                    case Command.MembershipChange change -> {
                        membershipChange = ofNobody(change.change());
                        write(Membership.changes(tx, change.change(), options.maxLearners()));
                        membershipChange = change.change();
                        response = respond ? members(tx) : null;
                    }
                    case Command.MemberAttributes attributes ->
                        write(Membership.changes(tx, attributes.request()));
                    case Command.ClusterVersion version -> setClusterVersion(version.request());
                    case Command.Downgrade downgrade -> write(Membership.changes(downgrade.request()));
                    case Command.Auth command -> {
                        AuthCommands.Done done = new AuthCommands(auth, revision(keys)).execute(command, at.index());
                        write(done.changes());
                        auth = auth.after(done.changes());
                        response = done.response();
                        token = done.token();
                    }
                }
            } catch (EtcdException e) {
                InvariantException.check(
                        keys.revision() == before, "entry " + at + " was refused after it had written");
                refusal = e;
            }
            return new Outcome(
                    at,
                    entry.requestId(),
                    response,
                    refusal,
                    keys.revision(),
                    keys.compactRevision(),
                    changes,
                    token,
                    membershipChange);
        }

        /**
         * Below 3.6 members may differ in what they know of the time that is left of leases, so where the version gets
         * there or goes back leases have all their time again, on every member.
         */
        private void setClusterVersion(ClusterVersionSetRequest request) {
            clusterVersion = SharedCheckpoints.version(request.getVer());
            boolean shared = SharedCheckpoints.at(clusterVersion);
            if (shared != digests.checkpointsCount()) {
                write(LeaseCommands.forgetCheckpoints(leases));
                digests.checkpointsCount(shared);
            }
            write(Membership.changes(request));
        }

        private List<ByteString> keysOfLease(long id) {
            return leases.exists(id) ? leases.keys(id) : List.of();
        }

        /** The rows the entry wrote; keys hang on leases as these say, for the next entry too. */
        private List<KeyRow> written(KeyspaceWriter keys) {
            leases.rowsApplied(keys.changes());
            return keys.changes();
        }

        /** What raft is told of a change that is refused: it takes note of it and leaves everyone in place. */
        private static ConfChangeV2 ofNobody(ConfChangeV2 change) {
            ConfChangeV2.Builder nobody = change.toBuilder();
            nobody.getChangesBuilderList().forEach(single -> single.setNodeId(0));
            return nobody.build();
        }

        private static MemberListResponse members(ReadTx tx) {
            MemberListResponse.Builder members = MemberListResponse.newBuilder();
            Membership.members(tx).forEach(member -> members.addMembers(member.toMessage()));
            return members.build();
        }

        private static ResponseHeader revision(KeyspaceWriter keys) {
            return ResponseHeader.newBuilder().setRevision(keys.revision()).build();
        }

        private void write(List<TableChange> changes) {
            for (TableChange change : changes) {
                digests.tableChanged(
                        change.table(), change.key(), tx.get(change.table(), change.key()), change.value());
                put(change);
            }
        }

        private void put(TableChange change) {
            ByteString value = change.value();
            if (value == null) {
                tx.delete(change.table(), change.key());
            } else {
                tx.put(change.table(), change.key(), value);
            }
        }
    }
}
