package io.drawbore.embed;

import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.embed.internal.Members;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One member or three inside this JVM, on ports of the loopback address. They are whole members: their own threads,
 * files, client port, peer port and metrics (under {@code /metrics} of each endpoint); only the process is the
 * embedder's. It gets no exit, shutdown hook, handler of uncaught exceptions or log output; what is logged goes to
 * whatever SLF4J finds.
 *
 * <p>Any thread may call. Members are numbered from 0, in the order of {@link #endpoints}.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private final Members members;
    private final Duration startTimeout;

    private EmbeddedCluster(final Members members, final Duration startTimeout) {
        this.members = members;
        this.startTimeout = startTimeout;
    }

    /** One member, with its data in a temporary folder, until it is told otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where clients are served: {@code http://127.0.0.1:<port>} for each member, whether it runs or not. A port stays
     * the member's own until {@link #close}: whoever connects while it doesn't run is refused, and nobody else is given
     * the port. (Only on Linux for certain: elsewhere a port is free for the moment in which a member starts or ends.)
     */
    public List<URI> endpoints() {
        return members.endpoints();
    }

    /**
     * The front door of the first member that runs: all that a client can ask, without a transport.
     *
     * @throws IllegalStateException where none runs
     */
    public FrontDoor door() {
        return members.door().orElseThrow(() -> new IllegalStateException("no member runs"));
    }

    /**
     * The front door of one member; that of a later life, after {@link #restart}, is another. Where the member ends
     * later, calls through it fail.
     *
     * @throws IllegalStateException where the member doesn't run, because it was ended or has failed
     */
    public FrontDoor door(final int member) {
        return members.door(member)
                .orElseThrow(() -> new IllegalStateException("member m" + member + " doesn't run"));
    }

    /** Whether a member runs: it was started, and has neither been ended nor failed. Doesn't wait for who ends it. */
    public boolean isRunning(final int member) {
        return members.isRunning(member);
    }

    /**
     * Stops a member in order: it hands over leadership, gives calls time to end, and closes its files. On return its
     * threads have ended.
     */
    public void stop(final int member) {
        members.stop(member);
    }

    /**
     * Ends a member without a word to clients or other members, for tests of what happens then. What it had written is
     * there at its {@link #restart}: the operating system lives on, as where a process is killed.
     */
    public void kill(final int member) {
        members.kill(member);
    }

    /**
     * Starts members again, on their ports and with their data, stopping first those that run; returns when they are
     * ready. All are started before it waits for one, so that they may be each other's majority: after the end of all
     * three, {@code restart(0, 1)}. Where it gives up waiting, they go on: they are ready once there is a majority.
     *
     * @throws IllegalStateException where one cannot start or isn't ready in time, as without a majority: one line
     */
    public void restart(final int... numbers) {
        members.restart(IntStream.of(numbers), startTimeout);
    }

    /** Starts all members again, as {@link #restart} does: the end of an outage. */
    public void restartAll() {
        members.restart(IntStream.range(0, members.endpoints().size()), startTimeout);
    }

    /**
     * Completes with what ended a member that nobody had stopped: a failed invariant, a disk's error, or that the
     * member was removed from the cluster. By then its threads have ended and its ports refuse, as after {@link #kill};
     * {@link #restart} starts it again. The JVM goes on, and so do the other members. Only the first failure is told;
     * never completes otherwise. What depends on it runs on a thread that is no member's.
     */
    public CompletableFuture<Throwable> failure() {
        return members.failure();
    }

    /**
     * Ends all members and deletes the temporary folder. On return their threads have ended, and files and ports are
     * free. An interrupt doesn't keep it from that, and is there again afterwards. Harmless a second time.
     *
     * @throws RuntimeException what a store, a plug-in or the disk threw meanwhile, the first of it, with the others as
     *     suppressed; all that could be ended has been by then
     */
    @Override
    public void close() {
        members.close();
    }

    /** Says what to start. For one thread. */
    public static final class Builder {
        private static final Set<String> OURS = Set.of(
                "name",
                "data-dir",
                "listen-client-urls",
                "advertise-client-urls",
                "listen-peer-urls",
                "initial-advertise-peer-urls",
                "initial-cluster",
                "config-file");

        private final List<String> flags = new ArrayList<>();
        private final List<Plugin> plugins = new ArrayList<>();
        private int count = 1;
        private @Nullable Path dataDir;
        private Duration startTimeout = Duration.ofSeconds(60);

        private Builder() {}

        /**
         * How many members there are.
         *
         * @throws IllegalArgumentException for anything but 1 and 3
         */
        public Builder members(final int members) {
            if (members != 1 && members != 3) {
                throw new IllegalArgumentException("a cluster has 1 or 3 members, not " + members);
            }
            count = members;
            return this;
        }

        /**
         * Keeps the data in a folder that outlasts the cluster; the same folder opens the same cluster again, on the
         * same ports, as far as they are free: a client port may be another, and the peer port of a lone member.
         * Without it nothing is synced to the disk, and all is deleted in the end.
         */
        public Builder dataDir(final Path folder) {
            dataDir = folder;
            return this;
        }

        /** Tells all members a flag, {@code heartbeat-interval} and {@code 10}; {@code drawbore --help} lists them. */
        public Builder flag(final String name, final String value) {
            return flags(List.of("--" + name + "=" + value));
        }

        /** Tells all members flags, by name. */
        public Builder flags(final Map<String, String> values) {
            values.forEach(this::flag);
            return this;
        }

        /**
         * Tells all members flags as on a command line, each with its value, {@code --heartbeat-interval=10}.
         *
         * @throws IllegalArgumentException for those that the cluster decides itself: names, folders and URLs
         */
        public Builder flags(final List<String> arguments) {
            for (final String argument : arguments) {
                final String name = argument.replaceFirst("^--?", "").replaceFirst("=.*", "");
                if (OURS.contains(name)) {
                    throw new IllegalArgumentException(
                            "--" + name + " is for the embedded cluster to decide; dataDir(…) names the folder");
                }
                flags.add(argument);
            }
            return this;
        }

        /** Which store holds the keys: {@code sqlite}, or one that a plug-in offers. */
        public Builder backend(final String name) {
            return flag("backend", name);
        }

        /**
         * Offers what a plug-in has, besides those on the module path or class path. All members share the instance, so
         * one that keeps something for its member is only for clusters of one.
         */
        public Builder plugin(final Plugin plugin) {
            plugins.add(plugin);
            return this;
        }

        /** How long {@link #start} and {@link #restart} wait; a minute unless told otherwise. */
        public Builder startTimeout(final Duration timeout) {
            startTimeout = timeout;
            return this;
        }

        /**
         * Starts all members and returns when clients are answered.
         *
         * @throws IllegalArgumentException where flags or plug-ins are wrong: a line for each mistake
         * @throws IllegalStateException where a member cannot start, or isn't ready in time, where the peer port of one
         *     of three that were kept is taken, or where this thread is interrupted: one line. No thread, port or
         *     temporary folder is left then; what could not be ended or deleted is told as suppressed
         */
        public EmbeddedCluster start() {
            final var plan = new Members.Plan(count, Optional.ofNullable(dataDir), flags, plugins);
            return new EmbeddedCluster(Members.start(plan, startTimeout), startTimeout);
        }
    }
}
