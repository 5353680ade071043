package io.drawbore.launcher;

import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.config.ServerConfig;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.peer.ExistingCluster;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a member comes into its cluster: as a founder, as one that was added, or with the log that it has.
 *
 * @param founders peer URLs of the founders by name; empty where it doesn't found
 * @param mistakes what speaks against founding or joining, a line each
 * @param joins who it is in a cluster that it was added to
 * @param known members of that cluster, or the founders
 */
record ClusterEntry(
        Map<String, List<String>> founders,
        List<String> mistakes,
        @Nullable MemberIdentity joins,
        List<Member> known) {

    /**
     * Looks at what the member was told, and asks others where that is not enough.
     *
     * @param hasLog whether it has been a member before
     * @param inquiry asks under URLs who is there
     * @throws StorageException where it is told of another cluster than there is
     */
    static ClusterEntry of(
            ServerConfig config, boolean hasLog, Function<List<String>, Optional<ExistingCluster>> inquiry) {
        Map<String, List<String>> told = new LinkedHashMap<>();
        config.bootstrap()
                .initialCluster()
                .forEach((name, urls) -> told.put(name, urls.stream().map(URI::toString).toList()));
        boolean existing = config.bootstrap().existing();
        List<String> mistakes = config.bootstrapMistakes();
        if (hasLog || !mistakes.isEmpty()) {
            return new ClusterEntry(existing ? Map.of() : told, mistakes, null, List.of());
        }
        Map<String, List<String>> founders = FounderSearch.founders(config, told);
        List<String> others = new ArrayList<>();
        founders.forEach((name, urls) -> others.addAll(name.equals(config.name()) ? List.of() : urls));
        if (existing) {
            return join(config.name(), founders, others, inquiry);
        }
        Optional<ExistingCluster> cluster = others.isEmpty() ? Optional.empty() : inquiry.apply(others);
        return found(config.name(), founders, config.bootstrap().token(), cluster);
    }

    /**
     * One of the others may not have heard yet that the member was added, or that one was removed before it: all of
     * them are asked until one agrees with what the member was told.
     */
    private static ClusterEntry join(
            String name,
            Map<String, List<String>> told,
            List<String> others,
            Function<List<String>, Optional<ExistingCluster>> inquiry) {
        StorageException disagrees = null;
        for (String url : others) {
            Optional<ExistingCluster> cluster = inquiry.apply(List.of(url));
            if (cluster.isPresent()) {
                try {
                    MemberIdentity identity = cluster.get().identityOf(told, name);
                    return new ClusterEntry(told, List.of(), identity, cluster.get().members());
                } catch (StorageException mistake) {
                    disagrees = disagrees == null ? mistake : disagrees;
                }
            }
        }
        if (disagrees != null) {
            throw disagrees;
        }
        String mistake = "cannot fetch cluster info from peer urls: could not retrieve cluster information from the"
                + " given URLs; --initial-cluster-state=existing needs a member that runs";
        return new ClusterEntry(Map.of(), List.of(mistake), null, List.of());
    }

    /** Who founds a cluster a second time has lost what it promised the first time. */
    private static ClusterEntry found(
            String name, Map<String, List<String>> told, String token, Optional<ExistingCluster> cluster) {
        List<Member> founders = new ArrayList<>();
        told.forEach((founder, urls) ->
                founders.add(new Member(MemberIds.founderId(urls, token), urls, false, founder, List.of())));
        boolean again = cluster.isPresent() && cluster.get().hasStarted(told.getOrDefault(name, List.of()));
        return new ClusterEntry(
                told,
                again ? List.of("member " + name + " has already been bootstrapped") : List.of(),
                null,
                founders);
    }
}
