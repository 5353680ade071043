package io.drawbore.rpc.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What the calls of one connection share: the executor that encodes and writes, the flow-control account, the names of
 * the other end. Any thread.
 */
final class GrpcConnection {
    private final GrpcServer server;
    private final SerialExecutor executor;
    private final Scheduler scheduler;
    private final SendWindow window;
    private final String remote;

    GrpcConnection(GrpcServer server, HTTP2Session session, Executor pool, Scheduler scheduler) {
        this.server = server;
        this.executor = new SerialExecutor(pool);
        this.scheduler = scheduler;
        this.window = new SendWindow(session);
        this.remote = String.valueOf(session.getRemoteSocketAddress()).replace("/", "");
    }

    GrpcServer server() {
        return server;
    }

    RpcMetrics metrics() {
        return server.metrics();
    }

    SendWindow window() {
        return window;
    }

    /** Address and port of the client. */
    String remote() {
        return remote;
    }

    void execute(Runnable task) {
        executor.execute(task);
    }

    Scheduler.Task schedule(Runnable task, long nanos) {
        return scheduler.schedule(() -> execute(task), nanos, TimeUnit.NANOSECONDS);
    }
}
