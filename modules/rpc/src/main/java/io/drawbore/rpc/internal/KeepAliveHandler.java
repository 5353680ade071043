package io.drawbore.rpc.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps leases alive, a stream a client. Requests of a stream are renewed side by side and answered in their order; the
 * first failure ends the stream, as in etcd. Stateless; any thread.
 */
final class KeepAliveHandler implements StreamHandler<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
    /**
     * Renewals of one stream that may be under way before its client has to wait; what lies in the same frame as the
     * last of them comes on top. etcd does one after the other.
     */
    static final int MAX_OUTSTANDING = 64;

    private final FrontDoor door;

    KeepAliveHandler(FrontDoor door) {
        this.door = door;
    }

    @Override
    public Input<LeaseKeepAliveRequest> open(Output<LeaseKeepAliveResponse> output, Caller caller) {
        return new Renewals(output, caller);
    }

    private final class Renewals implements Input<LeaseKeepAliveRequest> {
        private final Output<LeaseKeepAliveResponse> output;
        private final Caller caller;
        // Guarded by this.
        private final ArrayDeque<CompletableFuture<LeaseKeepAliveResponse>> outstanding = new ArrayDeque<>();
        private boolean halfClosed;
        private boolean over;

        Renewals(Output<LeaseKeepAliveResponse> output, Caller caller) {
            this.output = output;
            this.caller = caller;
        }

        @Override
        public void message(LeaseKeepAliveRequest request) {
            CompletableFuture<LeaseKeepAliveResponse> renewal = renew(request);
            synchronized (this) {
                outstanding.add(renewal);
            }
            var _ = renewal.whenComplete((response, failure) -> answer());
        }

        /** A refusal, too, is answered behind what came before it. */
        private CompletableFuture<LeaseKeepAliveResponse> renew(LeaseKeepAliveRequest request) {
            try {
                return door.leaseKeepAlive(request, caller);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public synchronized boolean wantsMore() {
            return outstanding.size() < MAX_OUTSTANDING;
        }

        @Override
        public synchronized void halfClosed() {
            halfClosed = true;
            endWhenAllIsSaid();
        }

        @Override
        public synchronized void closed() {
            over = true;
            outstanding.clear();
        }

        /** Sends what is done, up to the first that is not. */
        private void answer() {
            boolean wasFull;
            boolean wantsMore;
            synchronized (this) {
                wasFull = !wantsMore();
                CompletableFuture<LeaseKeepAliveResponse> next = outstanding.peek();
                while (next != null && next.isDone() && !over) {
                    outstanding.poll();
                    answer(next);
                    next = outstanding.peek();
                }
                endWhenAllIsSaid();
                wantsMore = wantsMore();
            }
            if (wasFull && wantsMore) {
                output.ready();
            }
        }

        private void answer(CompletableFuture<LeaseKeepAliveResponse> renewal) {
            if (renewal.isCompletedExceptionally()) {
                over = true;
                outstanding.clear();
                output.end(Statuses.of(renewal.exceptionNow()));
            } else {
                output.send(renewal.resultNow());
            }
        }

        private void endWhenAllIsSaid() {
            if (halfClosed && outstanding.isEmpty() && !over) {
                over = true;
                output.end(RpcStatus.OK);
            }
        }
    }
}
