package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplierTest {
    private final Backend backend = new MemoryDisk().open(4);
    private final Applier applier = Rooms.applier(backend);
    private final Log log = new Log();

    private List<Outcome> apply() {
        List<Outcome> outcomes = new ArrayList<>();
        while (outcomes.size() < log.entries.size()) {
            outcomes.addAll(applier.apply(log.entries.subList(outcomes.size(), log.entries.size()), _ -> true));
        }
        return outcomes;
    }

    private Applied applied() {
        try (ReadTx view = backend.read()) {
            return view.applied();
        }
    }

    @Test
    void everyEntryMovesTheAppliedIndexWhateverItDoes() {
        log.noOp().put("a", "1").putKeepingValue("missing").delete("x", "y").clusterVersion("3.7.0");
        List<Outcome> outcomes = apply();

        assertEquals(new Applied(5, 1), applied());
        assertEquals(List.of(1L, 2L, 2L, 2L, 2L), outcomes.stream().map(Outcome::revision).toList());
        assertInstanceOf(PutResponse.class, outcomes.get(1).response());
        EtcdException refusal = outcomes.get(2).refusal();
        assertNotNull(refusal);
        assertEquals(EtcdError.KEY_NOT_FOUND.text(), refusal.text());
        assertNull(outcomes.get(3).refusal());
    }

    @Test
    void theStoreHoldsTheRevisionOfTheLastEntry() {
        log.put("a", "1").putBoth("b", "c", "2");
        apply();
        try (ReadTx view = backend.read()) {
            assertEquals(3, view.counter(Counter.REVISION));
        }
    }

    @Test
    void entriesThatDoNotFollowStopTheMember() {
        log.put("a", "1").put("b", "1");
        Entry second = log.entries.get(1);
        assertThrows(InvariantException.class, () -> applier.apply(List.of(second), _ -> false));
        assertEquals(Applied.NONE, applied());
    }

    @Test
    void anEntryIsNotAppliedTwice() {
        log.put("a", "1");
        apply();
        assertThrows(InvariantException.class, () -> applier.apply(log.entries, _ -> false));
        assertEquals(new Applied(1, 1), applied());
    }

    @Test
    void whatIsNotUnderstoodStopsTheMemberAndCommitsNothingOfItsBatch() {
        log.put("a", "1");
        log.request(InternalRaftRequest.newBuilder()
                .setAuthUserAdd(AuthUserAddRequest.newBuilder().setName("a").setPassword("plain")));
        StorageException stopped =
                assertThrows(StorageException.class, () -> applier.apply(log.entries, _ -> false));
        assertTrue(stopped.getMessage().contains("1/2"), stopped.getMessage());
        assertTrue(stopped.getMessage().contains("not hashed"), stopped.getMessage());
        assertEquals(Applied.NONE, applied());
    }

    @Test
    void aBatchEndsWithAMembershipChange() {
        log.addMember(Log.MEMBER, "http://localhost:2380").put("a", "1");
        List<Outcome> first = applier.apply(log.entries, _ -> false);
        assertEquals(1, first.size());
        assertNotNull(first.getFirst().membershipChange());
        assertEquals(new Applied(1, 1), applied());
    }

    @Test
    void membersAreAddedNamedMovedAndNeverReturn() {
        log.addMember(1, "http://a:2380").addMember(2, "http://b:2380");
        log.attributes(1, "one", "http://a:2379").updateMember(1, "http://c:2380");
        log.attributes(9, "nobody", "http://x:2379");
        log.removeMember(2).addMember(2, "http://b:2380").removeMember(2);
        apply();
        try (ReadTx view = backend.read()) {
            assertEquals(
                    List.of(new Member(1, List.of("http://c:2380"), false, "one", List.of("http://a:2379"))),
                    Membership.members(view));
            assertEquals(List.of(1L), Membership.confState(view).getVotersList());
        }
    }

    private List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        int from = (int) applied().index();
        while (from < log.entries.size()) {
            for (Outcome outcome : applier.apply(log.entries.subList(from, log.entries.size()), _ -> false)) {
                EtcdException refusal = outcome.refusal();
                refusals.add(refusal == null ? "" : refusal.text());
                boolean nobody = outcome.membershipChange() != null
                        && outcome.membershipChange().getChanges(0).getNodeId() == 0;
                assertEquals(refusal != null, nobody, "raft leaves everyone in place where the store does");
                from++;
            }
        }
        return refusals;
    }

    @Test
    void whatTheMembersDoNotAllowIsRefusedAndRaftIsToldOfNobody() {
        log.addMember(1, "http://a:2380").addMember(1, "http://b:2380").addMember(2, "http://a:2380");
        log.updateMember(2, "http://b:2380").promote(2).removeMember(2).promote(1).removeMember(1);
        assertEquals(
                List.of(
                        "",
                        EtcdError.MEMBER_EXIST.text(),
                        EtcdError.PEER_URL_EXIST.text(),
                        EtcdError.MEMBER_NOT_FOUND.text(),
                        EtcdError.MEMBER_NOT_FOUND.text(),
                        EtcdError.MEMBER_NOT_FOUND.text(),
                        EtcdError.MEMBER_NOT_LEARNER.text(),
                        EtcdError.MEMBER_NOT_ENOUGH_STARTED.text()),
                refusals());
    }

    @Test
    void howManyLearnersThereMayBeTheEntrySays() {
        log.addMember(1, "http://a:2380").addLearner(2, "http://b:2380").addLearner(3, "http://c:2380");
        log.addLearner(4, "http://d:2380", 2).addLearner(5, "http://e:2380", 2).addLearner(6, "http://f:2380");
        String tooMany = EtcdError.TOO_MANY_LEARNERS.text();
        assertEquals(List.of("", "", tooMany, "", tooMany, tooMany), refusals());
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(1L), Membership.confState(view).getVotersList());
            assertEquals(List.of(2L, 4L), Membership.confState(view).getLearnersList());
        }
    }

    @Test
    void aPromotedMemberKeepsWhatIsKnownOfIt() {
        log.addMember(1, "http://a:2380").addLearner(2, "http://b:2380");
        log.attributes(2, "two", "http://b:2379").promote(2);
        apply();
        try (ReadTx view = backend.read()) {
            assertEquals(
                    new Member(2, List.of("http://b:2380"), false, "two", List.of("http://b:2379")),
                    Membership.members(view).getLast());
            assertEquals(List.of(1L, 2L), Membership.confState(view).getVotersList());
        }
    }

    @Test
    void digestsDoNotDependOnHowEntriesWereBatched() {
        log.noOp().put("a", "1").putBoth("a", "b", "2").delete("a", "z").put("a", "3");
        apply();
        List<EntryDigest> together = digests(backend);

        Backend other = new MemoryDisk().open(4);
        Applier oneByOne = Rooms.applier(other);
        log.entries.forEach(entry -> oneByOne.apply(List.of(entry), _ -> false));
        assertEquals(together, digests(other));
        assertEquals(5, together.size());
    }

    @Test
    void aDigestTellsWhatDiffers() {
        log.put("a", "1").clusterVersion("3.7.0");
        apply();
        EntryDigest mine = digests(backend).getLast();

        EntryDigest otherValue = digestOf(new Log().put("a", "2").clusterVersion("3.7.0"));
        assertNotEquals(mine.chain(), otherValue.chain());
        assertNotEquals(mine.rowsLow(), otherValue.rowsLow());
        assertNotEquals(mine.rowsHigh(), otherValue.rowsHigh());
        assertEquals(mine.tables(), otherValue.tables());

        EntryDigest otherVersion = digestOf(new Log().put("a", "1").clusterVersion("3.6.0"));
        assertEquals(mine.rowsLow(), otherVersion.rowsLow());
        assertNotEquals(mine.tables(), otherVersion.tables());

        EntryDigest otherTerm = digestOf(new Log().term(2).put("a", "1").clusterVersion("3.7.0"));
        assertNotEquals(mine.chain(), otherTerm.chain());
        assertEquals(mine.rowsLow(), otherTerm.rowsLow());
    }

    @Test
    void aTableThatIsAsItWasHasTheDigestItHad() {
        log.clusterVersion("3.6.0").clusterVersion("3.7.0").clusterVersion("3.6.0");
        apply();
        List<EntryDigest> digests = digests(backend);
        assertEquals(digests.get(0).tables(), digests.get(2).tables());
        assertNotEquals(digests.get(0).tables(), digests.get(1).tables());
    }

    private static EntryDigest digestOf(Log log) {
        Backend backend = new MemoryDisk().open(4);
        Rooms.applier(backend).apply(log.entries, _ -> false);
        return digests(backend).getLast();
    }

    private static List<EntryDigest> digests(Backend backend) {
        try (ReadTx view = backend.read()) {
            return view.digests(0);
        }
    }
}
