package io.drawbore.peer;

import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.membership.Member;
import java.util.List;
import java.util.Map;

/**
 * A cluster that runs, as one of its members told it.
 *
 * @param clusterId its id
 * @param members its members, one that was added and not yet started among them
 */
public record ExistingCluster(long clusterId, List<Member> members) {
    /** Keeps a copy of the list. */
    public ExistingCluster {
        members = List.copyOf(members);
    }

    /**
     * Who a member is that joins: the one with its peer URLs, provided that the cluster has the members that the
     * joining one was told, and no others. URLs are compared, not resolved.
     *
     * @param initialCluster peer URLs by name, as the joining member was told
     * @param name its name
     * @throws StorageException where they differ, one line in etcd's words
     */
    public MemberIdentity identityOf(Map<String, List<String>> initialCluster, String name) {
        if (initialCluster.size() != members.size()) {
            throw mistake("member count is unequal: " + members.size() + " in the cluster, " + initialCluster.size()
                    + " in --initial-cluster");
        }
        for (Member member : members) {
            if (initialCluster.values().stream().noneMatch(urls -> isSame(urls, member.peerUrls()))) {
                throw mistake("PeerURLs: no match found for existing member (" + Long.toHexString(member.id()) + ", "
                        + member.peerUrls() + ")");
            }
        }
        List<String> own = initialCluster.getOrDefault(name, List.of());
        return members.stream()
                .filter(member -> isSame(own, member.peerUrls()))
                .findFirst()
                .map(member -> new MemberIdentity(member.id(), clusterId))
                .orElseThrow(() -> mistake("no member has the peer URLs of " + name));
    }

    /** Whether a member with these peer URLs has been a started part of it. */
    public boolean hasStarted(List<String> peerUrls) {
        return members.stream()
                .anyMatch(member ->
                        isSame(member.peerUrls(), peerUrls) && !member.clientUrls().isEmpty());
    }

    private static StorageException mistake(String what) {
        return new StorageException("error validating peerURLs: " + what);
    }

    private static boolean isSame(List<String> some, List<String> others) {
        return some.stream().sorted().toList().equals(others.stream().sorted().toList());
    }
}
