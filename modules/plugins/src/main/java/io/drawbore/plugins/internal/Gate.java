package io.drawbore.plugins.internal;

import io.drawbore.api.AdmissionControl;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.FailurePolicy;
import io.drawbore.plugins.FencePoint;
import io.drawbore.plugins.PluginFailure;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One admission of one plug-in: what it says of a request, and what becomes of the request where it says nothing. Any
 * thread; nothing waits.
 *
 * @param policy as it was at the start
 * @param concerns the methods it wanted to be asked about at the start
 */
record Gate(FencePoint point, AdmissionControl control, FailurePolicy policy, Set<DoorMethod> concerns) {
    /** Completes where the request may pass, and fails with what the client is told where it may not. */
    CompletableFuture<Void> admit(ClientRequest request) {
        CompletableFuture<Boolean> call = point.call(() -> {
            BeingAsked.ask(() -> control.admit(request));
            return true;
        });
        return Steps.after(call, (_, failure) -> decided(failure));
    }

    private CompletableFuture<Void> decided(@Nullable Throwable failure) {
        if (failure == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (Messages.cause(failure) instanceof PluginFailure failed) {
            return policy == FailurePolicy.OPEN
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failed.toEtcdException());
        }
        return CompletableFuture.failedFuture(failure);
    }
}
