package io.drawbore.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases do what a simple-minded model of them does, whatever happens in which order. */
class LeasesModelTest {
    private static final long MIN_TTL = 2;
    private static final long ELECTION = 1_000;
    private static final int STEPS = 20_000;

    private final Leases leases = LeasesTest.empty();
    private final Map<Long, Modelled> model = new TreeMap<>();
    private final Map<String, Long> leaseOf = new TreeMap<>();
    private final Map<Long, Long> handedOut = new HashMap<>();
    private boolean primary;
    private long now = 5;
    private long revision = 1;

    private static final class Modelled {
        private final long ttl;
        private long remaining;
        private long expiry = Long.MAX_VALUE;

        Modelled(long ttl) {
            this.ttl = Math.max(MIN_TTL, ttl);
        }

        long left() {
            return remaining > 0 ? Math.min(ttl, remaining) : ttl;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theyDoWhatTheModelDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < STEPS; step++) {
            step(random);
            assertEquals(model.size(), leases.size(), "at step " + step);
        }
    }

    private void step(SplittableRandom random) {
        long id = 1 + random.nextInt(40);
        String key = "k" + random.nextInt(60);
        switch (random.nextInt(12)) {
            case 0, 1 -> grant(id, random.nextInt(30));
            case 2 -> revoke(id);
            case 3, 4 -> write(key, model.containsKey(id) ? id : 0);
            case 5 -> delete(key);
            case 6 -> renew(id);
            case 7, 8 -> pass(random.nextInt(2_000));
            case 9 -> expire(1 + random.nextInt(5));
            case 10 -> lead(random.nextInt(20));
            default -> compare(id);
        }
    }

    private void grant(long id, long ttl) {
        if (model.containsKey(id)) {
            return;
        }
        leases.grant(id, ttl);
        leases.schedule(now);
        Modelled lease = new Modelled(ttl);
        lease.expiry = primary ? now + lease.ttl * 1_000 : Long.MAX_VALUE;
        model.put(id, lease);
    }

    private void revoke(long id) {
        if (model.remove(id) == null) {
            return;
        }
        List<ByteString> keys = leases.keys(id);
        assertEquals(keysOf(id), keys.stream().map(ByteString::toStringUtf8).toList());
        keys.forEach(key -> delete(key.toStringUtf8()));
        leases.revoke(id);
        handedOut.remove(id);
    }

    private void write(String key, long lease) {
        revision++;
        leases.rowApplied(KeyRow.put(
                new Revision(revision, 0), LeasesTest.bytes(key), revision, 1, lease, ByteString.EMPTY));
        if (lease == 0) {
            leaseOf.remove(key);
        } else {
            leaseOf.put(key, lease);
        }
    }

    private void delete(String key) {
        revision++;
        leases.rowApplied(KeyRow.tombstone(new Revision(revision, 0), LeasesTest.bytes(key)));
        leaseOf.remove(key);
    }

    private void renew(long id) {
        Renewal renewal = leases.renew(id, now);
        Modelled lease = model.get(id);
        if (!primary) {
            assertEquals(Renewal.Result.NOT_PRIMARY, renewal.result());
        } else if (lease == null) {
            assertEquals(Renewal.Result.UNKNOWN, renewal.result());
        } else if (lease.expiry <= now) {
            assertEquals(Renewal.Result.EXPIRED, renewal.result());
        } else {
            assertEquals(new Renewal(Renewal.Result.RENEWED, lease.ttl), renewal);
            lease.expiry = now + lease.ttl * 1_000;
        }
    }

    private void pass(long millis) {
        now += millis;
    }

    private void expire(int most) {
        List<Long> due = new ArrayList<>();
        model.forEach((id, lease) -> {
            long since = handedOut.getOrDefault(id, Long.MIN_VALUE / 2);
            if (primary && lease.expiry <= now && now - since >= Leases.RETRY_MILLIS) {
                due.add(id);
            }
        });
        assertEquals(!due.isEmpty(), leases.anyExpired(now));
        List<Long> named = leases.expired(now, most);
        assertEquals(Math.min(most, due.size()), named.size());
        assertTrue(due.containsAll(named), () -> named + " of " + due);
        named.forEach(id -> handedOut.put(id, now));
    }

    private void lead(int chance) {
        if (chance == 0) {
            primary = false;
            leases.demote();
            model.values().forEach(lease -> lease.expiry = Long.MAX_VALUE);
            handedOut.clear();
        } else if (!primary || chance == 1) {
            primary = true;
            leases.promote(now, ELECTION);
            model.values().forEach(lease -> lease.expiry = now + ELECTION + lease.left() * 1_000);
            handedOut.clear();
        } else if (chance == 2) {
            model.forEach((id, lease) -> {
                lease.remaining = lease.remaining == 0 ? 1 : 0;
                leases.checkpoint(id, lease.remaining);
            });
        }
    }

    private void compare(long id) {
        Modelled lease = model.get(id);
        assertEquals(lease != null, leases.exists(id));
        if (lease == null || !primary) {
            return;
        }
        LeaseInfo info = Objects.requireNonNull(leases.find(id, now, true));
        assertEquals(lease.ttl, info.grantedSeconds());
        assertEquals(Math.max(0, lease.expiry - now), info.remainingMillis());
        assertEquals(keysOf(id), info.keys().stream().map(ByteString::toStringUtf8).toList());
        assertEquals(lease.remaining > 0, leases.checkpointed(id));
        List<Long> order = leases.ids();
        for (int i = 1; i < order.size(); i++) {
            assertTrue(expiry(order.get(i - 1)) <= expiry(order.get(i)));
        }
    }

    private long expiry(long id) {
        return Objects.requireNonNull(model.get(id)).expiry;
    }

    private List<String> keysOf(long id) {
        return leaseOf.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .map(Map.Entry::getKey)
                .toList();
    }
}
