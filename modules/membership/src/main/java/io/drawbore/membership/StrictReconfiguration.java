package io.drawbore.membership;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What speaks against a change of membership that the cluster would take: that it might lose its majority by it. The
 * rules are etcd's. One member judges by what it sees, before it proposes the change; apply never does.
 *
 * @param members all members
 * @param self the member that judges
 * @param inTouch whether it is in touch with another member
 * @param longInTouch whether it has been for a while
 */
public record StrictReconfiguration(
        List<Member> members, long self, LongPredicate inTouch, LongPredicate longInTouch) {
    /** Copies the list. */
    public StrictReconfiguration {
        members = List.copyOf(members);
    }

    /**
     * Judges whether a member may be added.
     *
     * @throws EtcdException where not
     */
    public void add(Member added) {
        List<Member> voters = voters();
        if (!added.learner() && !holdsMajority(started(voters), voters.size() + 1) && !restoresFromOne(voters)) {
            throw EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
        // the new one may never come up
        if (voters.size() > 1 && !holdsMajority(connected(voters), voters.size() + 1)) {
            throw EtcdError.UNHEALTHY.exception();
        }
    }

    /** A cluster that was brought back with one member grows again one by one. */
    private static boolean restoresFromOne(List<Member> voters) {
        return voters.size() == 1 && started(voters) == 1;
    }

    /**
     * Judges whether a member may be removed; one that there isn't may.
     *
     * @throws EtcdException where not
     */
    public void remove(long id) {
        if (members.stream().anyMatch(member -> member.id() == id && member.learner())) {
            return;
        }
        List<Member> voters = voters();
        List<Member> others = voters.stream().filter(member -> member.id() != id).toList();
        if (!holdsMajority(started(others), others.size())) {
            throw EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
        if (id != self && !inTouch.test(id)) {
            // one that is down is no part of the majority that works
            return;
        }
        if (connected(voters) - 1 < 1 + (voters.size() - 1) / 2) {
            throw EtcdError.UNHEALTHY.exception();
        }
    }

    /**
     * Judges whether one more member may get a vote.
     *
     * @throws EtcdException where not
     */
    public void promote() {
        List<Member> voters = voters();
        if (!holdsMajority(started(voters) + 1, voters.size() + 1)) {
            throw EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
    }

    private List<Member> voters() {
        return members.stream().filter(member -> !member.learner()).toList();
    }

    private static int started(List<Member> of) {
        return (int) of.stream().filter(Member::started).count();
    }

    private int connected(List<Member> of) {
        return (int) of.stream()
                .filter(member -> member.id() == self || longInTouch.test(member.id()))
                .count();
    }

    private static boolean holdsMajority(int some, int all) {
        return some >= all / 2 + 1;
    }
}
