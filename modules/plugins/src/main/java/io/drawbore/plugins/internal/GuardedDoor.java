package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Auditor;
import io.drawbore.api.Caller;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The front door as clients find it where plug-ins judge or record requests: auditors hear of an attempt before
 * anything is done for it, admissions judge what would be proposed, then the member is asked, then auditors hear of the
 * outcome. A method that concerns nobody goes straight to the member, and so does what the member asks itself, and what
 * a guard asks while it is asked. Any thread; nothing waits.
 */
public final class GuardedDoor extends ThroughDoor {
    private final FrontDoor member;
    private final Map<DoorMethod, List<Gate>> gates = new EnumMap<>(DoorMethod.class);
    private final Map<DoorMethod, List<AuditTrail>> trails = new EnumMap<>(DoorMethod.class);
    private final List<AuditTrail> allTrails;
    private final Executor replies;
    private final AtomicLong attempts = new AtomicLong();

    /**
     * A door with guards.
     *
     * @param gates in the order in which they are asked
     * @param replies threads of the host's
     */
    GuardedDoor(FrontDoor member, List<Gate> gates, List<AuditTrail> trails, Executor replies) {
        this.member = member;
        this.replies = replies;
        this.allTrails = List.copyOf(trails);
        for (DoorMethod method : DoorMethod.values()) {
            this.gates.put(
                    method,
                    gates.stream().filter(gate -> gate.concerns().contains(method)).toList());
            this.trails.put(
                    method,
                    trails.stream().filter(trail -> trail.concerns().contains(method)).toList());
        }
    }

    /** The door with the guards that plug-ins have; the door itself where there are none. */
    public static FrontDoor around(FrontDoor member, List<HostedPlugin> plugins, Executor replies) {
        List<Gate> gates = plugins.stream().flatMap(one -> one.gates().stream()).toList();
        List<AuditTrail> trails =
                plugins.stream().flatMap(one -> one.trails().stream()).toList();
        return gates.isEmpty() && trails.isEmpty() ? member : new GuardedDoor(member, gates, trails, replies);
    }

    @Override
    FrontDoor behind() {
        return member;
    }

    private List<Gate> gatesFor(DoorMethod method, Message request) {
        List<Gate> concerned = gates.getOrDefault(method, List.of());
        return concerned.isEmpty() || !method.proposes(request) ? List.of() : concerned;
    }

    @Override
    <R> CompletableFuture<R> pass(
            DoorMethod method, Message request, Caller caller, Function<FrontDoor, CompletableFuture<R>> call) {
        return guarded(method, request, caller, () -> call.apply(member), Told::ok);
    }

    @Override
    <R extends Message> CompletableFuture<Void> passStream(
            DoorMethod method, Message request, ResponseSink<R> sink, Caller caller, Streaming<R> call) {
        Sent<R> sent = new Sent<>(sink);
        return guarded(method, request, caller, () -> sent.ended(call.ask(member, sent)), _ -> sent.told());
    }

    private <R> CompletableFuture<R> guarded(
            DoorMethod method,
            Message request,
            Caller caller,
            Supplier<CompletableFuture<R>> call,
            Function<@Nullable R, Told> told) {
        List<Gate> asked = gatesFor(method, request);
        List<AuditTrail> recorders = trails.getOrDefault(method, List.of());
        if ((asked.isEmpty() && recorders.isEmpty()) || isUnguarded(caller)) {
            return call.get();
        }
        Instant at = Instant.now();
        return user(method, request, caller).thenCompose(known -> {
            ClientRequest shown = new ClientRequest(
                    method.fullName(), Messages.withoutPasswords(request), known.user(), caller.remote());
            Attempted attempted = begin(shown, at, recorders);
            CompletableFuture<R> answer = attempted
                    .begun()
                    .thenCompose(_ -> known.refusal() == null
                            ? admitted(shown, asked)
                            : CompletableFuture.failedFuture(known.refusal()))
                    .thenCompose(_ -> ask(call));
            return recorders.isEmpty() ? answer : attempted.ended(answer, told);
        });
    }

    private static boolean isUnguarded(Caller caller) {
        return caller.equals(Caller.SELF) || BeingAsked.isThisThread();
    }

    /**
     * Has a call recorded that the member doesn't answer: one of what plug-ins have on the client port. Auditors are
     * asked whether it concerns them when its turn comes. Whoever cancels the answer ends the call.
     */
    public <R> CompletableFuture<R> recorded(
            String method,
            Message request,
            Caller caller,
            Supplier<CompletableFuture<R>> call,
            Function<@Nullable R, Told> told) {
        if (allTrails.isEmpty()) {
            return call.get();
        }
        Instant at = Instant.now();
        CompletableFuture<CompletableFuture<R>> underWay = new CompletableFuture<>();
        CompletableFuture<R> answer = known(caller).thenCompose(known -> {
            Attempted attempted =
                    begin(new ClientRequest(method, request, known.user(), caller.remote()), at, allTrails);
            return attempted.ended(
                    attempted.begun().thenCompose(_ -> {
                        CompletableFuture<R> begun = ask(call);
                        underWay.complete(begun);
                        return begun;
                    }),
                    told);
        });
        var _ = answer.whenComplete((_, _) -> {
            var _ = underWay.thenAccept(begun -> begun.cancel(false));
        });
        return answer;
    }

    /** Has a request recorded that somebody before this door refuses. */
    public void refused(String method, Message request, Caller caller, EtcdException refusal) {
        DoorMethod own = DoorMethod.of(method);
        List<AuditTrail> recorders = own == null ? allTrails : trails.getOrDefault(own, List.of());
        if (recorders.isEmpty()) {
            return;
        }
        Instant at = Instant.now();
        var _ = user(own, request, caller).thenCompose(known -> {
            ClientRequest shown =
                    new ClientRequest(method, Messages.withoutPasswords(request), known.user(), caller.remote());
            Attempted attempted = begin(shown, at, recorders);
            return attempted.ended(
                    attempted.begun().thenCompose(_ -> CompletableFuture.failedFuture(refusal)), Told::ok);
        });
    }

    private static <R> CompletableFuture<R> ask(Supplier<CompletableFuture<R>> call) {
        try {
            return call.get();
        } catch (RuntimeException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private static CompletableFuture<Void> admitted(ClientRequest request, List<Gate> gates) {
        CompletableFuture<Void> admitted = CompletableFuture.completedFuture(null);
        for (Gate gate : gates) {
            admitted = admitted.thenCompose(_ -> gate.admit(request));
        }
        return admitted;
    }

    /**
     * Who asks.
     *
     * @param refusal why a token is worth nothing; the request goes no further
     */
    record Known(String user, @Nullable Throwable refusal) {}

    /** Never fails. */
    private CompletableFuture<Known> user(@Nullable DoorMethod method, Message request, Caller caller) {
        if (request instanceof AuthenticateRequest login && method == DoorMethod.AUTHENTICATE) {
            return CompletableFuture.completedFuture(new Known(login.getName(), null));
        }
        return known(caller);
    }

    private CompletableFuture<Known> known(Caller caller) {
        return ask(() -> member.user(caller)).handle((user, failure) ->
                failure == null ? new Known(user, null) : new Known("", Messages.cause(failure)));
    }

    private Attempted begin(ClientRequest request, Instant at, List<AuditTrail> told) {
        Auditor.Attempt attempt = new Auditor.Attempt(told.isEmpty() ? 0 : attempts.incrementAndGet(), request, at);
        return new Attempted(attempt, told.stream().map(trail -> trail.begin(attempt)).toList());
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        List<AuditTrail> told = trails.getOrDefault(DoorMethod.WATCH, List.of());
        if (told.isEmpty() || isUnguarded(caller)) {
            return member.watch(sink, caller);
        }
        return new AuditedWatch(
                member,
                sink,
                caller,
                (request, at) -> known(caller).thenApply(known -> begin(
                        new ClientRequest(DoorMethod.WATCH.fullName(), request, known.user(), caller.remote()),
                        at,
                        told)),
                replies);
    }
}
