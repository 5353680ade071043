package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks all members which etcd they are compatible with. Any thread. */
public final class MemberVersions {
    /** A member that doesn't say its version for so long is asked again at the next look. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final long self;
    private final MinorVersion own;
    private final Backend backend;
    private final Peers peers;
    private final Workers workers;

    /** Asks for one member, which is of a version itself. */
    public MemberVersions(long self, MinorVersion own, Backend backend, Peers peers, Workers workers) {
        this.self = self;
        this.own = own;
        this.backend = backend;
        this.peers = peers;
        this.workers = workers;
    }

    /** This member's. */
    MinorVersion own() {
        return own;
    }

    /** Those of all members, at least one; empty where one of them doesn't say its own. Completes in time. */
    CompletableFuture<List<MinorVersion>> all() {
        List<CompletableFuture<Optional<MinorVersion>>> versions = new ArrayList<>();
        for (Member member : members()) {
            versions.add(
                    member.id() == self
                            ? CompletableFuture.completedFuture(Optional.of(own))
                            : said(member.id(), ANSWER).thenApply(version -> version.flatMap(MinorVersion::of)));
        }
        return CompletableFuture.allOf(versions.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            List<MinorVersion> known =
                    versions.stream().flatMap(version -> version.join().stream()).toList();
            return known.size() < versions.size() ? List.of() : known;
        });
    }

    /**
     * What other members say, {@code X.Y.Z}; those that say nothing are left out. Completes in time.
     *
     * @param patience how long each may take
     */
    CompletableFuture<List<String>> saidByOthers(Duration patience) {
        List<CompletableFuture<Optional<String>>> said = members().stream()
                .filter(member -> member.id() != self)
                .map(member -> said(member.id(), patience))
                .toList();
        return CompletableFuture.allOf(said.toArray(CompletableFuture[]::new)).thenApply(_ ->
                said.stream().flatMap(version -> version.join().stream()).toList());
    }

    /** Completes in time, whatever becomes of the question. */
    private CompletableFuture<Optional<String>> said(long member, Duration patience) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Runnable inTime = workers.after(patience, () -> answer.complete(Optional.empty()));
        var _ = peers.version(member).whenComplete((version, failure) -> {
            inTime.run();
            answer.complete(failure == null ? Optional.of(version) : Optional.empty());
        });
        return answer;
    }

    private List<Member> members() {
        try (ReadTx tx = backend.read()) {
            return Membership.members(tx);
        }
    }
}
