package io.drawbore.lease;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.leasepb.Lease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Which leases there are, which keys hang on them, and, while this member is the primary, when they expire. Owns all of
 * it in memory: a function of {@link io.drawbore.api.Table#LEASE} and of the keys' newest rows, but for the expiries,
 * which no member shares with another.
 *
 * <p>Two threads meet here, so every method takes the one lock, for microseconds; only {@link #promote} and {@link
 * #ids} work through all leases. What entries do ({@link #grant} to {@link #rowsApplied}) belongs to the apply thread,
 * which sees at once what it has done, before the entry's transaction is committed; those methods judge before they
 * change anything. What time does ({@link #promote} to {@link #expired}) belongs to the host's lease thread. All other
 * methods are for any thread.
 *
 * <p>Times are milliseconds of a clock of the host's that never goes back; its zero means nothing.
 */
public final class Leases {
    /** The longest time a lease is granted for, in seconds, as in etcd. */
    public static final long MAX_TTL_SECONDS = 9_000_000_000L;

    /** How many leases are revoked in a second at the most, as in etcd. */
    public static final int REVOKED_PER_SECOND = 1_000;

    /** How many may expire in a second after a promotion: less, so that other leases can expire on time too. */
    static final int SPREAD_PER_SECOND = REVOKED_PER_SECOND * 3 / 4;

    /** A lease that was handed out as expired and is still there after this time is handed out again. */
    static final long RETRY_MILLIS = 3_000;

    /** How long after it began to keep a lease's time, or told it last, the primary tells what is left; as in etcd. */
    public static final long CHECKPOINT_MILLIS = 300_000;

    /** How many leases an entry tells of at the most, as in etcd. */
    public static final int CHECKPOINTS_PER_ENTRY = 1_000;

    private static final long SECOND_MILLIS = 1_000;
    private static final Comparator<HeldLease> BY_EXPIRY = Comparator.<HeldLease>comparingLong(lease -> lease.expiry)
            .thenComparingLong(lease -> lease.id);

    private final long minTtlSeconds;
    private Map<Long, HeldLease> leases = new HashMap<>();
    private Map<ByteString, Attachment> attachments = new HashMap<>();
    private final ExpiryQueue queue = new ExpiryQueue();

    /** Granted since the time was last told; only while primary. */
    private final List<HeldLease> unscheduled = new ArrayList<>();

    /**
     * By id, when a long lease's checkpoint is due, the first due first: each is due the same while after it is put in.
     * Empty unless primary.
     */
    private final SequencedMap<Long, Long> checkpointDue = new LinkedHashMap<>();

    private boolean primary;

    private Leases(long minTtlSeconds) {
        this.minTtlSeconds = minTtlSeconds;
    }

    /**
     * Leases as a store holds them, as yet without keys: hand the store's rows to {@link #rowApplied}, oldest first.
     *
     * @param minTtlSeconds no lease expires sooner, whatever it was granted for; 1 and more
     * @throws io.drawbore.api.CorruptionException where a row of the table is no lease
     */
    public static Leases load(ReadTx tx, long minTtlSeconds) {
        Leases loaded = new Leases(minTtlSeconds);
        for (Lease row : LeaseTable.all(tx)) {
            loaded.leases.put(row.getID(), new HeldLease(row.getID(), row.getTTL(), row.getRemainingTTL()));
        }
        return loaded;
    }

    /** Loads another store's leases with the same shortest time; see {@link #load}. */
    public Leases loadedFrom(ReadTx tx) {
        return load(tx, minTtlSeconds);
    }

    /**
     * Holds what another one has loaded, of a store that took the place of this one's; nobody keeps the time then. The
     * other must not be used any more. Apply thread.
     */
    public synchronized void replaceWith(Leases loaded) {
        primary = false;
        unscheduled.clear();
        checkpointDue.clear();
        queue.clear();
        leases = loaded.leases;
        attachments = loaded.attachments;
    }

    // ---- what entries do: the apply thread

    /** Whether there is such a lease. Any thread. */
    public synchronized boolean exists(long id) {
        return leases.containsKey(id);
    }

    /**
     * Grants a lease; the apply thread writes its row.
     *
     * @return the row
     * @throws io.drawbore.api.EtcdException where the id is 0 or taken, or the time is too long
     */
    public synchronized Lease grant(long id, long ttlSeconds) {
        if (id == 0) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        if (ttlSeconds > MAX_TTL_SECONDS) {
            throw EtcdError.LEASE_TTL_TOO_LARGE.exception();
        }
        if (leases.containsKey(id)) {
            throw EtcdError.LEASE_EXIST.exception();
        }
        HeldLease lease = new HeldLease(id, ttlSeconds, 0);
        leases.put(id, lease);
        if (primary) {
            unscheduled.add(lease);
        }
        return lease.row();
    }

    /**
     * The keys that hang on a lease, in order.
     *
     * @throws io.drawbore.api.EtcdException where there is no such lease
     */
    public synchronized List<ByteString> keys(long id) {
        HeldLease lease = leases.get(id);
        if (lease == null) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        return keys(lease);
    }

    /**
     * Forgets a lease; the apply thread removes its row. Its keys must be deleted, and {@link #rowsApplied} told so.
     */
    public synchronized void revoke(long id) {
        HeldLease lease = leases.remove(id);
        InvariantException.check(
                lease != null && lease.keys == 0, "lease " + id + " is revoked while keys hang on it");
        if (lease != null) {
            queue.remove(lease);
            unscheduled.remove(lease);
            checkpointDue.remove(id);
        }
    }

    /**
     * Notes how much of a lease is left, for whoever is promoted next; the apply thread writes its row.
     *
     * @param remainingSeconds 0 for all of it
     * @return the row, or null where there is no such lease
     */
    public synchronized @Nullable Lease checkpoint(long id, long remainingSeconds) {
        HeldLease lease = leases.get(id);
        if (lease == null) {
            return null;
        }
        lease.remainingTtl = remainingSeconds;
        return lease.row();
    }

    /**
     * Forgets all that checkpoints said; the apply thread writes the rows.
     *
     * @return the rows of the leases that had one, by id
     */
    public synchronized List<Lease> forgetCheckpoints() {
        List<Lease> rows = new ArrayList<>();
        for (HeldLease lease : leases.values()) {
            if (lease.remainingTtl != 0) {
                lease.remainingTtl = 0;
                rows.add(lease.row());
            }
        }
        rows.sort(Comparator.comparingLong(Lease::getID));
        return rows;
    }

    /** Attaches and detaches what an entry wrote, in order. */
    public synchronized void rowsApplied(List<KeyRow> rows) {
        for (KeyRow row : rows) {
            rowApplied(row);
        }
    }

    /** Attaches or detaches one row's key. */
    public synchronized void rowApplied(KeyRow row) {
        if (row.lease() == 0 && attachments.isEmpty()) {
            return;
        }
        Attachment before = attachments.get(row.key());
        if (before != null) {
            if (before.lease.id == row.lease()) {
                return;
            }
            before.unlink();
        }
        // an old row may name a lease that has gone; a key's newest row does not
        HeldLease lease = row.lease() == 0 ? null : leases.get(row.lease());
        if (lease != null) {
            Attachment now = new Attachment(before == null ? row.key() : before.key, lease);
            now.link();
            attachments.put(now.key, now);
        } else if (before != null) {
            attachments.remove(row.key());
        }
    }

    // ---- what time does: the lease thread

    /**
     * Begins to keep the time, or begins anew: every lease gets all of its time, or what the last checkpoint left of
     * it, and an extension. Where many would then expire together they are spread, each later than without.
     *
     * @param extensionMillis an election timeout: a client may count from an answer of the primary before
     */
    public synchronized void promote(long now, long extensionMillis) {
        primary = true;
        unscheduled.clear();
        checkpointDue.clear();
        HeldLease[] all = leases.values().toArray(HeldLease[]::new);
        for (HeldLease lease : all) {
            lease.expiry = now + extensionMillis + remainingSeconds(lease) * SECOND_MILLIS;
            checkpointLater(lease, now);
        }
        Arrays.sort(all, BY_EXPIRY);
        for (int i = SPREAD_PER_SECOND; i < all.length; i++) {
            all[i].expiry = Math.max(all[i].expiry, all[i - SPREAD_PER_SECOND].expiry + SECOND_MILLIS);
        }
        queue.replace(all);
    }

    /** Stops keeping the time: no lease expires here. */
    public synchronized void demote() {
        primary = false;
        unscheduled.clear();
        checkpointDue.clear();
        queue.clear();
        leases.values().forEach(lease -> lease.expiry = HeldLease.NEVER);
    }

    /** Lets the time of leases begin that were granted since the last call. Quick where there are none. Any thread. */
    public synchronized void schedule(long now) {
        for (HeldLease lease : unscheduled) {
            if (lease.expiry == HeldLease.NEVER) {
                expireAt(lease, now + ttlSeconds(lease) * SECOND_MILLIS);
                checkpointLater(lease, now);
            }
        }
        unscheduled.clear();
    }

    /** Lets a lease's time begin anew. Leadership must have been proved just now. */
    public synchronized Renewal renew(long id, long now) {
        if (!primary) {
            return Renewal.of(Renewal.Result.NOT_PRIMARY);
        }
        HeldLease lease = leases.get(id);
        if (lease == null) {
            return Renewal.of(Renewal.Result.UNKNOWN);
        }
        if (lease.expiry <= now) {
            return Renewal.of(Renewal.Result.EXPIRED);
        }
        expireAt(lease, now + ttlSeconds(lease) * SECOND_MILLIS);
        return new Renewal(Renewal.Result.RENEWED, ttlSeconds(lease));
    }

    /** Whether a lease is there whose time is over: it is about to go. */
    public synchronized boolean hasExpired(long id, long now) {
        HeldLease lease = leases.get(id);
        return primary && lease != null && lease.expiry <= now;
    }

    /** Whether a lease holds a checkpoint, which its renewal makes wrong. */
    public synchronized boolean checkpointed(long id) {
        HeldLease lease = leases.get(id);
        return lease != null && lease.remainingTtl > 0;
    }

    /** Whether {@link #expired} would name any. */
    public synchronized boolean anyExpired(long now) {
        HeldLease first = queue.first();
        return first != null && first.due <= now;
    }

    /**
     * Leases whose time is over, those first that are due longest. They are named again after a while if they are still
     * there then.
     *
     * @param most so many at the most
     */
    public synchronized List<Long> expired(long now, int most) {
        List<Long> ids = new ArrayList<>();
        HeldLease first = queue.first();
        while (first != null && first.due <= now && ids.size() < most) {
            ids.add(first.id);
            queue.put(first, now + RETRY_MILLIS);
            first = queue.first();
        }
        return ids;
    }

    /**
     * What is left of leases whose checkpoint is due, those first that are due longest; their next one is due a while
     * after. A lease that was renewed just now has nothing to tell, and one whose time is over is about to go.
     *
     * @param most so many at the most
     */
    public synchronized List<LeaseCheckpoint> checkpointsDue(long now, int most) {
        List<LeaseCheckpoint> told = new ArrayList<>();
        Map.Entry<Long, Long> first = checkpointDue.firstEntry();
        while (first != null && first.getValue() <= now && told.size() < most) {
            HeldLease lease = leases.get(first.getKey());
            checkpointDue.remove(first.getKey());
            if (lease != null) {
                checkpointLater(lease, now);
                long left = Math.ceilDiv(lease.expiry - now, SECOND_MILLIS);
                if (left > 0 && left < ttlSeconds(lease)) {
                    told.add(LeaseCheckpoint.newBuilder()
                            .setID(lease.id)
                            .setRemainingTTL(left)
                            .build());
                }
            }
            first = checkpointDue.firstEntry();
        }
        return told;
    }

    // ---- what others ask: any thread

    /** A lease, or null where there is none or this member doesn't keep the time. */
    public synchronized @Nullable LeaseInfo find(long id, long now, boolean withKeys) {
        HeldLease lease = leases.get(id);
        if (lease == null || !primary) {
            return null;
        }
        long until = lease.expiry == HeldLease.NEVER ? now + ttlSeconds(lease) * SECOND_MILLIS : lease.expiry;
        return new LeaseInfo(
                ttlSeconds(lease), Math.max(0, until - now), withKeys ? keys(lease) : List.of());
    }

    /** All leases' ids, in the order in which they expire; by id while nobody keeps the time here. */
    public List<Long> ids() {
        // sorted without the lock, by what was true under it
        return expiries().stream().sorted(Expiry.FIRST_TO_LAST).map(Expiry::id).toList();
    }

    private record Expiry(long id, long at) {
        private static final Comparator<Expiry> FIRST_TO_LAST =
                Comparator.comparingLong(Expiry::at).thenComparingLong(Expiry::id);
    }

    private synchronized List<Expiry> expiries() {
        List<Expiry> all = new ArrayList<>(leases.size());
        leases.values().forEach(lease -> all.add(new Expiry(lease.id, lease.expiry)));
        return all;
    }

    /** How many there are. */
    public synchronized int size() {
        return leases.size();
    }

    /** The time that clients are told for a time granted, in seconds. */
    public long ttlSeconds(long grantedSeconds) {
        return Math.clamp(grantedSeconds, minTtlSeconds, MAX_TTL_SECONDS);
    }

    private long ttlSeconds(HeldLease lease) {
        return ttlSeconds(lease.rawTtl);
    }

    private long remainingSeconds(HeldLease lease) {
        long all = ttlSeconds(lease);
        return lease.remainingTtl > 0 ? Math.min(lease.remainingTtl, all) : all;
    }

    /** A lease no longer than the pause between two checkpoints never needs one. */
    private void checkpointLater(HeldLease lease, long now) {
        if (ttlSeconds(lease) * SECOND_MILLIS > CHECKPOINT_MILLIS) {
            checkpointDue.put(lease.id, now + CHECKPOINT_MILLIS);
        }
    }

    private void expireAt(HeldLease lease, long expiry) {
        lease.expiry = expiry;
        queue.put(lease, expiry);
    }

    private static List<ByteString> keys(HeldLease lease) {
        List<ByteString> keys = new ArrayList<>(lease.keys);
        for (Attachment one = lease.first; one != null; one = one.next()) {
            keys.add(one.key);
        }
        keys.sort(ByteString.unsignedLexicographicalComparator());
        return keys;
    }
}
