package io.drawbore.server;

import com.google.protobuf.ByteString;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Vfs;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A member in this process, without a port. */
final class TestMember implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    final MemberServer server;
    final Metrics metrics;
    private final ThreadWorkers workers;

    private TestMember(MemberServer server, Metrics metrics, ThreadWorkers workers) {
        this.server = server;
        this.metrics = metrics;
        this.workers = workers;
    }

    static MemberOptions options(Path dataDir) {
        return options(dataDir, UpkeepOptions.DEFAULT);
    }

    static MemberOptions options(Path dataDir, UpkeepOptions upkeep) {
        return founding("one", dataDir)
                .tick(Duration.ofMillis(10))
                .snapshotCount(50)
                .catchUpEntries(20)
                .maxRequestBytes(1 << 20)
                .spareSegments(1)
                .upkeep(upkeep)
                .build();
    }

    /** A cluster of one, on its way. */
    static MemberOptions.Builder founding(String name, Path dataDir) {
        return MemberOptions.builder(name, dataDir)
                .advertisedClientUrls(List.of("http://localhost:2379"))
                .initialCluster(Map.of(name, List.of("http://localhost:2380")))
                .slowApply(Duration.ofSeconds(1));
    }

    static TestMember open(MemberOptions options, Vfs vfs, BackendProvider backends) {
        ThreadWorkers workers = new ThreadWorkers();
        Metrics metrics = new Metrics();
        return new TestMember(
                new MemberServer(options, new EtcdLogs(), backends, metrics, Surroundings.real(vfs, workers)),
                metrics,
                workers);
    }

    static TestMember start(MemberOptions options, Vfs vfs, BackendProvider backends) {
        TestMember member = open(options, vfs, backends);
        await(member.server.start());
        return member;
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for what another thread brings about. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("it never came");
            }
            Thread.yield();
        }
    }

    static PutRequest putRequest(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    PutResponse put(String key, String value) {
        return await(server.put(putRequest(key, value), Caller.SELF));
    }

    void delete(String key) {
        await(server.deleteRange(
                DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build(), Caller.SELF));
    }

    static RangeRequest rangeRequest(String key) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    }

    RangeResponse get(String key) {
        return await(server.range(rangeRequest(key), Caller.SELF));
    }

    String value(String key) {
        return get(key).getKvs(0).getValue().toStringUtf8();
    }

    @Override
    public void close() {
        server.close();
        workers.close();
    }
}
