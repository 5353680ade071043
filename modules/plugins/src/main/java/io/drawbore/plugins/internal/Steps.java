package io.drawbore.plugins.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Steps that follow each other whether or not the one before has failed. */
final class Steps {
    private Steps() {}

    /**
     * The step that comes after another one, whatever became of that.
     *
     * @param next gets a value or a failure; may throw
     */
    static <A, B> CompletableFuture<B> after(
            CompletableFuture<A> first,
            BiFunction<? super @Nullable A, @Nullable Throwable, CompletableFuture<B>> next) {
        CompletableFuture<B> result = new CompletableFuture<>();
        var _ = first.whenComplete((value, failure) -> {
            try {
                var _ = next.apply(value, failure).whenComplete((answer, wrong) -> {
                    if (wrong == null) {
                        result.complete(answer);
                    } else {
                        result.completeExceptionally(Messages.cause(wrong));
                    }
                });
            } catch (RuntimeException thrown) {
                result.completeExceptionally(thrown);
            }
        });
        return result;
    }
}
