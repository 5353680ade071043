package io.drawbore.tools;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.LogContent;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.membership.Membership;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the store's members can be those that the log's snapshot and the entries behind it make. A change that may
 * have been refused leaves both possible: it depends on URLs and limits that the log no longer has.
 */
final class MembershipCheck {
    /** What a member can be. */
    private enum Role {
        ABSENT,
        VOTER,
        LEARNER
    }

    private static final Set<Role> NOBODY = EnumSet.of(Role.ABSENT);

    private final Map<Long, Set<Role>> possible = new HashMap<>();
    /** Whose a URL has been, as far as log and store still say it. */
    private final Map<String, Set<Long>> owners = new HashMap<>();

    private MembershipCheck(ConfState start, List<Member> members) {
        members.forEach(this::owns);
        start.getVotersList().forEach(id -> possible.put(id, EnumSet.of(Role.VOTER)));
        start.getLearnersList().forEach(id -> possible.put(id, EnumSet.of(Role.LEARNER)));
    }

    /**
     * Compares.
     *
     * @return what was found
     * @throws StorageException naming the first member that can't be what the store says
     */
    static String check(ReadTx store, LogContent log) {
        List<Member> members = Membership.members(store);
        String found = members.size() + " members";
        if (log.start().index() > 0 && log.confState().getVotersCount() == 0) {
            return found + "; the log's snapshot doesn't say who they were";
        }
        MembershipCheck check = new MembershipCheck(log.confState(), members);
        for (Entry entry : log.entries()) {
            if (entry.getIndex() <= store.applied().index()) {
                check.entry(entry);
            }
        }
        check.compare(members);
        return found + ", as in the log";
    }

    private void entry(Entry entry) {
        try {
            switch (entry.getType()) {
                case EntryNormal -> {}
                case EntryConfChange -> {
                    ConfChange change = ConfChange.parseFrom(entry.getData());
                    change(change.getType(), change.getNodeId(), change.getContext());
                }
                case EntryConfChangeV2 -> {
                    ConfChangeV2 changes = ConfChangeV2.parseFrom(entry.getData());
                    for (ConfChangeSingle single : changes.getChangesList()) {
                        change(single.getType(), single.getNodeId(), changes.getContext());
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("log entry " + entry.getIndex() + " cannot be read: " + e.getMessage());
        }
    }

    private void change(ConfChangeType type, long id, ByteString context) {
        Set<Role> now = possible.getOrDefault(id, NOBODY);
        Set<Role> then = switch (type) {
            case ConfChangeAddNode -> voter(now, context);
            case ConfChangeAddLearnerNode -> now.contains(Role.ABSENT) ? and(now, Role.LEARNER) : now;
            case ConfChangeRemoveNode -> others(id) ? EnumSet.of(Role.ABSENT) : and(now, Role.ABSENT);
            case ConfChangeUpdateNode -> {
                owns(ChangeContext.fromJson(context).member());
                yield now;
            }
        };
        possible.put(id, then);
    }

    /** Who wasn't there is added where nobody has its URLs; who is there gets its vote, or the change was refused. */
    private Set<Role> voter(Set<Role> now, ByteString context) {
        ChangeContext change = ChangeContext.fromJson(context);
        boolean taken = change.member().peerUrls().stream().anyMatch(url -> isAnothers(url, change.member().id()));
        owns(change.member());
        if (change.promotes()) {
            return now.equals(EnumSet.of(Role.LEARNER)) ? EnumSet.of(Role.VOTER) : and(now, Role.VOTER);
        }
        return now.equals(NOBODY) && !taken ? EnumSet.of(Role.VOTER) : and(now, Role.VOTER);
    }

    private void owns(Member member) {
        member.peerUrls().forEach(url -> owners.computeIfAbsent(url, _ -> new HashSet<>()).add(member.id()));
    }

    private boolean isAnothers(String url, long id) {
        return owners.getOrDefault(url, Set.of()).stream().anyMatch(owner -> owner != id);
    }

    private static Set<Role> and(Set<Role> now, Role more) {
        Set<Role> then = EnumSet.copyOf(now);
        then.add(more);
        return then;
    }

    /** Whether there surely is another voter, without whom nobody is removed. */
    private boolean others(long id) {
        return possible.entrySet().stream()
                .anyMatch(one -> one.getKey() != id && one.getValue().equals(EnumSet.of(Role.VOTER)));
    }

    private void compare(List<Member> members) {
        Map<Long, Role> found = new HashMap<>();
        members.forEach(member -> found.put(member.id(), member.learner() ? Role.LEARNER : Role.VOTER));
        Set<Long> all = new TreeSet<>(possible.keySet());
        all.addAll(found.keySet());
        for (long id : all) {
            Role role = found.getOrDefault(id, Role.ABSENT);
            Set<Role> expected = possible.getOrDefault(id, NOBODY);
            if (!expected.contains(role)) {
                throw new CorruptionException("member " + MemberIds.hex(id) + " is " + said(role)
                        + " in the store, and by the log it is "
                        + String.join(" or ", expected.stream().map(MembershipCheck::said).toList()));
            }
        }
    }

    private static String said(Role role) {
        return switch (role) {
            case ABSENT -> "no member";
            case VOTER -> "a voter";
            case LEARNER -> "a learner";
        };
    }
}
