package io.drawbore.plugins;

import io.drawbore.api.AdmissionControl;
import io.drawbore.api.Auditor;
import io.drawbore.api.Caller;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.api.PluginContext;
import io.drawbore.metrics.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A member whose door is guarded by one plug-in with a judge or a recorder, and a client of it. How long the plug-in
 * takes is up to the test.
 */
final class GuardedMember implements AutoCloseable {
    static final Caller CLIENT = new Caller("10.0.0.7:4711", null, false);

    final OneMember member;
    final FrontDoor door;
    final Metrics metrics = new Metrics();
    final HandWorkers time;
    final PluginHost host;
    private final CompletableFuture<PluginContext> context = new CompletableFuture<>();

    GuardedMember(Path folder, List<AdmissionControl> judges, List<Auditor> recorders) {
        member = new OneMember(folder);
        time = new HandWorkers(member.workers);
        host = member.host(
                new Plugin() {
                    @Override
                    public String name() {
                        return "acme";
                    }

                    @Override
                    public void start(PluginContext given) {
                        context.complete(given);
                    }

                    @Override
                    public List<AdmissionControl> admissionControls() {
                        return judges;
                    }

                    @Override
                    public List<Auditor> auditors() {
                        return recorders;
                    }
                },
                metrics,
                time);
        host.start();
        door = host.around(member.server);
        host.open(member.server);
    }

    /** The door that the plug-in has. */
    FrontDoor pluginsDoor() {
        return context.join().door();
    }

    long put(String key, String value) {
        return OneMember.await(door.put(OneMember.putRequest(key, value), CLIENT)).getHeader().getRevision();
    }

    /** How many keys of that name there are, as the member itself knows. */
    long count(String key) {
        return OneMember.await(member.server.range(OneMember.rangeRequest(key), Caller.SELF)).getCount();
    }

    static EtcdException refusal(CompletableFuture<?> answer) {
        try {
            OneMember.await(answer);
        } catch (EtcdException refused) {
            return refused;
        }
        throw new AssertionError("it was let through");
    }

    boolean hasCounted(String line) {
        return metrics.text().contains(line + "\n");
    }

    @Override
    public void close() {
        host.shut();
        host.stop();
        member.close();
    }

    /** An admission that does what the test says. */
    static class Judge implements AdmissionControl {
        final FailurePolicy policy;
        final BlockingQueue<ClientRequest> asked = new LinkedBlockingQueue<>();

        Judge(FailurePolicy policy) {
            this.policy = policy;
        }

        @Override
        public String name() {
            return "judge";
        }

        @Override
        public FailurePolicy failurePolicy() {
            return policy;
        }

        @Override
        public void admit(ClientRequest request) throws Exception {
            asked.add(request);
            judge(request);
        }

        void judge(ClientRequest request) throws Exception {}
    }

    /** An auditor that writes down what it is told. */
    static class Recorder implements Auditor {
        final FailurePolicy policy;
        final BlockingQueue<Attempt> begun = new LinkedBlockingQueue<>();
        final BlockingQueue<String> records = new LinkedBlockingQueue<>();

        Recorder(FailurePolicy policy) {
            this.policy = policy;
        }

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public FailurePolicy failurePolicy() {
            return policy;
        }

        @Override
        public void begin(Attempt attempt) throws Exception {
            begun.add(attempt);
            ClientRequest request = attempt.request();
            records.add(attempt.number() + " " + request.method().replace("etcdserverpb.", "") + " by "
                    + request.user() + " from " + request.remote());
        }

        @Override
        public void end(Attempt attempt, Outcome outcome) throws Exception {
            records.add(attempt.number() + " " + outcome.code() + (outcome.error() == null ? "" : " " + outcome.error())
                    + " at " + outcome.revision());
        }

        String next() throws InterruptedException {
            String record = records.poll(60, TimeUnit.SECONDS);
            if (record == null) {
                throw new AssertionError("nothing was recorded");
            }
            return record;
        }
    }
}
