package io.drawbore.embed.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberUpdateRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The members of a cluster, their folder and their ports. Any thread. */
public final class Members {
    private final Folder folder;
    private final List<Port> ports = new ArrayList<>();
    private final List<EmbeddedMember> members = new ArrayList<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private Members(final Folder folder) {
        this.folder = folder;
    }

    /**
     * What a cluster is made of.
     *
     * @param members how many there are
     * @param dataDir where their data lies; empty for a temporary folder
     * @param flags what all are told besides
     * @param plugins what is offered besides the plug-ins that are found
     */
    public record Plan(int members, Optional<Path> dataDir, List<String> flags, List<Plugin> plugins) {
        /** Keeps copies of the lists. */
        public Plan {
            flags = List.copyOf(flags);
            plugins = List.copyOf(plugins);
        }
    }

    /** Starts all and waits until they are ready; where that fails, ends and deletes what there is by then. */
    public static Members start(final Plan plan, final Duration patience) {
        final Members all = new Members(Folder.open(plan.dataDir()));
        try {
            all.prepare(plan);
            all.restart(IntStream.range(0, plan.members()), patience);
            all.tellPeerPort(patience);
            return all;
        } catch (final RuntimeException | Error failed) {
            // an error is what another version of a library on the class path comes to
            try {
                all.close();
            } catch (final RuntimeException | Error left) {
                failed.addSuppressed(left);
            }
            throw failed;
        }
    }

    private void prepare(final Plan plan) {
        final List<Integer> noted = folder.ports(plan.members());
        ports.addAll(portsFor(plan.members(), noted));
        final List<Integer> numbers = ports.stream().map(Port::number).toList();
        if (!numbers.equals(noted)) {
            folder.note(numbers);
        }
        final List<String> names = Folder.names(plan.members());
        final String cluster = IntStream.range(0, plan.members())
                .mapToObj(number -> names.get(number) + "=" + ports.get(2 * number + 1).url())
                .collect(Collectors.joining(","));
        final BiConsumer<String, Throwable> failed = (name, reason) -> failure.completeAsync(
                () -> new IllegalStateException("member " + name + " failed: " + reason.getMessage(), reason));
        for (int i = 0; i < plan.members(); i++) {
            final Port client = ports.get(2 * i);
            final Port peer = ports.get(2 * i + 1);
            final var flags = new ArrayList<>(List.of(
                    "--name=" + names.get(i),
                    "--data-dir=" + folder.of(names.get(i)),
                    "--listen-client-urls=" + client.url(),
                    "--advertise-client-urls=" + client.url(),
                    "--listen-peer-urls=" + peer.url(),
                    "--initial-advertise-peer-urls=" + peer.url(),
                    "--initial-cluster=" + cluster));
            if (folder.isTemporary()) {
                // what is deleted at the end need not outlast a loss of power
                flags.add("--unsafe-no-fsync");
            }
            flags.addAll(plan.flags());
            members.add(new EmbeddedMember(names.get(i), client, peer, flags, plan.plugins(), failed));
        }
    }

    /**
     * A client port and a peer port for each member: those that were noted, as far as they are free. A client port may
     * be another each time; under its peer port a member is known to the others.
     */
    private static List<Port> portsFor(final int members, final List<Integer> noted) {
        final List<Optional<Port>> had = noted.stream().map(Port::take).toList();
        try {
            for (int i = 1; members > 1 && i < had.size(); i += 2) {
                if (had.get(i).isEmpty()) {
                    throw new IllegalStateException("port " + noted.get(i) + " of the loopback address is taken, under"
                            + " which member m" + i / 2 + " is known to the others: end what holds it (ss -ltnp,"
                            + " or lsof -i, says what) and start again");
                }
            }
            return IntStream.range(0, 2 * members)
                    .mapToObj(i -> noted.isEmpty() ? Port.any() : had.get(i).orElseGet(Port::any))
                    .toList();
        } catch (final RuntimeException refused) {
            had.forEach(port -> port.ifPresent(Port::close));
            throw refused;
        }
    }

    /** A lone member whose peer port had to become another says so in its member list, for members added later. */
    private void tellPeerPort(final Duration patience) {
        if (folder.isTemporary() || members.size() > 1) {
            return;
        }
        final FrontDoor door = members.getFirst().door().orElseThrow(() -> new IllegalStateException("it has ended"));
        final String url = ports.getLast().url();
        try {
            final var list = door.memberList(MemberListRequest.getDefaultInstance(), Caller.SELF)
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            final long self = list.getHeader().getMemberId();
            final boolean told = list.getMembersList().stream()
                    .anyMatch(member -> member.getID() == self && member.getPeerURLsList().contains(url));
            if (!told) {
                final var update = MemberUpdateRequest.newBuilder().setID(self).addPeerURLs(url);
                door.memberUpdate(update.build(), Caller.SELF).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (final ExecutionException | TimeoutException refused) {
            // authentication is on, for one: clients are served all the same
            return;
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the member was starting", interrupted);
        }
    }

    /** Where clients are served, a URL for each member, whether it runs or not. */
    public List<URI> endpoints() {
        return members.stream().map(EmbeddedMember::endpoint).toList();
    }

    /** The member of that number runs. */
    public boolean isRunning(final int number) {
        return member(number).isRunning();
    }

    /** The front door of the first member that runs; nothing where none does. */
    public Optional<FrontDoor> door() {
        return members.stream().flatMap(member -> member.door().stream()).findFirst();
    }

    /** The front door of a member; nothing where it doesn't run. */
    public Optional<FrontDoor> door(final int number) {
        return member(number).door();
    }

    /** Stops a member in order. */
    public void stop(final int number) {
        member(number).stop();
    }

    /** Ends a member without a word to anybody. */
    public void kill(final int number) {
        member(number).kill();
    }

    /** Starts members again, with their data, on their ports; all of them before it waits until they are ready. */
    public void restart(final IntStream numbers, final Duration patience) {
        final List<EmbeddedMember> some = numbers.distinct().mapToObj(this::member).toList();
        final List<EmbeddedMember.Begun> begun = some.stream().map(EmbeddedMember::restart).toList();
        begun.forEach(one -> one.awaitReady(patience));
    }

    private EmbeddedMember member(final int number) {
        if (number < 0 || number >= members.size()) {
            throw new IllegalArgumentException("there is no member " + number + "; there are 0 to "
                    + (members.size() - 1));
        }
        return members.get(number);
    }

    /**
     * Completes with what ended a member that nobody had stopped, when nothing of it runs any more; never on a thread
     * of a member.
     */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /**
     * Ends all, whatever one of them throws, and whoever interrupts; harmless a second time. The last member that goes
     * has nobody to hand over to, and so need not try.
     */
    public synchronized void close() {
        final var steps = new ArrayList<Runnable>();
        members.forEach(member -> steps.add(member::discard));
        ports.forEach(port -> steps.add(port::close));
        steps.add(folder::discard);
        Undisturbed.run(() -> Undisturbed.all(steps));
    }
}
