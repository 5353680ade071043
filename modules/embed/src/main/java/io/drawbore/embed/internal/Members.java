package io.drawbore.embed.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
        for (int i = 0; i < 2 * plan.members(); i++) {
            ports.add(Port.take(noted.isEmpty() ? 0 : noted.get(i)));
        }
        folder.note(ports.stream().map(Port::number).toList());
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
