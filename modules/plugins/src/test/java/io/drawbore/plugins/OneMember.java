package io.drawbore.plugins;

import com.google.protobuf.ByteString;
import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.Plugin;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Workers;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberServer;
import io.drawbore.server.Surroundings;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A cluster of one in this process, on the memory backend. */
final class OneMember implements AutoCloseable {
    final MemberServer server;
    final ThreadWorkers workers = new ThreadWorkers();
    private final Path folder;

    OneMember(Path folder) {
        this.folder = folder;
        MemberOptions options = MemberOptions.builder("one", folder.resolve("member-data"))
                .advertisedClientUrls(List.of("http://localhost:2379"))
                .initialCluster(Map.of("one", List.of("http://localhost:2380")))
                .slowApply(Duration.ofSeconds(1))
                .tick(Duration.ofMillis(10))
                .spareSegments(0)
                .build();
        server = new MemberServer(
                options,
                new EtcdLogs(),
                new MemoryBackendProvider(),
                new Metrics(),
                Surroundings.real(new FaultVfs(), workers));
        await(server.start());
    }

    /** A host of one plug-in beside it. */
    PluginHost host(Plugin plugin, Metrics metrics) {
        return host(plugin, metrics, workers);
    }

    /** The same, with a clock of its own. */
    PluginHost host(Plugin plugin, Metrics metrics, Workers time) {
        return new PluginHost(
                List.of(new Installed("acme", plugin, Map.of())),
                folder.resolve("host-data"),
                new DiskVfs(),
                time,
                metrics);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until no thread of the plug-in's is left; the host itself has a second for that, and then says so. */
    static void awaitEndOfThreads() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            try {
                if (thread.getName().startsWith("plugin-acme-") && !thread.join(Duration.ofSeconds(60))) {
                    throw new AssertionError("still runs: " + thread);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest putRequest(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    static RangeRequest rangeRequest(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    /** The revision of it. */
    long put(String key, String value) {
        return await(server.put(putRequest(key, value), Caller.SELF)).getHeader().getRevision();
    }

    long delete(String key) {
        return await(server.deleteRange(
                        DeleteRangeRequest.newBuilder().setKey(bytes(key)).build(), Caller.SELF))
                .getHeader()
                .getRevision();
    }

    void compact(long revision) {
        await(server.compact(
                CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build(), Caller.SELF));
    }

    /** With the one user root, whose password is {@code secret}. */
    void enableAuthentication() {
        AuthDoor auth = server.auth();
        await(auth.userAdd(
                AuthUserAddRequest.newBuilder().setName("root").setPassword("secret").build(), Caller.SELF));
        await(auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build(), Caller.SELF));
        await(auth.userGrantRole(
                AuthUserGrantRoleRequest.newBuilder().setUser("root").setRole("root").build(), Caller.SELF));
        await(auth.enable(AuthEnableRequest.getDefaultInstance(), Caller.SELF));
    }

    @Override
    public void close() {
        server.close();
        workers.close();
    }
}
