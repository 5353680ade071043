package io.drawbore.membership;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Member 1 judges; the others are named by what they are: started, or not, or learners, in touch or not. */
class StrictReconfigurationTest {
    private static final Member NEW_VOTER = new Member(9, List.of(), false, "", List.of());
    private static final Member NEW_LEARNER = new Member(9, List.of(), true, "", List.of());

    private final List<Member> members = new ArrayList<>();

    private StrictReconfigurationTest started(int count) {
        for (int i = 0; i < count; i++) {
            members.add(new Member(members.size() + 1L, List.of(), false, "m", List.of()));
        }
        return this;
    }

    private StrictReconfigurationTest unstarted(int count) {
        for (int i = 0; i < count; i++) {
            members.add(new Member(members.size() + 1L, List.of(), false, "", List.of()));
        }
        return this;
    }

    private StrictReconfigurationTest learner() {
        members.add(new Member(members.size() + 1L, List.of(), true, "l", List.of()));
        return this;
    }

    private StrictReconfiguration inTouchWith(Long... ids) {
        Set<Long> inTouch = Set.of(ids);
        return new StrictReconfiguration(members, 1, inTouch::contains, inTouch::contains);
    }

    private static void refused(EtcdError with, Executable change) {
        assertEquals(with.text(), assertThrows(EtcdException.class, change).text());
    }

    @Test
    void aSingleMemberMayGrowByOne() {
        assertDoesNotThrow(() -> started(1).inTouchWith().add(NEW_VOTER));
        refused(EtcdError.MEMBER_NOT_ENOUGH_STARTED, () -> unstarted(1).inTouchWith(2L).add(NEW_VOTER));
    }

    @Test
    void aLearnerIsAddedHoweverManyHaveStarted() {
        assertDoesNotThrow(() -> started(1).unstarted(2).inTouchWith(2L, 3L).add(NEW_LEARNER));
        refused(EtcdError.MEMBER_NOT_ENOUGH_STARTED, () -> inTouchWith(2L, 3L).add(NEW_VOTER));
    }

    @Test
    void ofThreeAllMustBeInTouchForAFourth() {
        assertDoesNotThrow(() -> started(3).inTouchWith(2L, 3L).add(NEW_VOTER));
        refused(EtcdError.UNHEALTHY, () -> inTouchWith(2L).add(NEW_VOTER));
        refused(EtcdError.UNHEALTHY, () -> inTouchWith(2L).add(NEW_LEARNER));
    }

    @Test
    void theOnlyMemberStays() {
        refused(EtcdError.MEMBER_NOT_ENOUGH_STARTED, () -> started(1).inTouchWith().remove(1));
    }

    @Test
    void whoIsDownMayGoAndWhoIsNeededMayNot() {
        StrictReconfiguration oneDown = started(3).inTouchWith(2L);
        assertDoesNotThrow(() -> oneDown.remove(3));
        refused(EtcdError.UNHEALTHY, () -> oneDown.remove(2));
        refused(EtcdError.UNHEALTHY, () -> oneDown.remove(1));
        assertDoesNotThrow(() -> inTouchWith(2L, 3L).remove(1));
    }

    @Test
    void aLearnerMayAlwaysGo() {
        assertDoesNotThrow(() -> started(1).unstarted(1).learner().inTouchWith().remove(3));
    }

    @Test
    void aVoteIsGivenWhereAMajorityHasStarted() {
        assertDoesNotThrow(() -> started(1).unstarted(1).learner().inTouchWith().promote());
        refused(EtcdError.MEMBER_NOT_ENOUGH_STARTED, () -> unstarted(1).inTouchWith().promote());
    }
}
