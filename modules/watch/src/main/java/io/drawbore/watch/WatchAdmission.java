package io.drawbore.watch;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Says who may watch what. */
public interface WatchAdmission {
    /** Lets everybody watch everything. */
    WatchAdmission ALL = (_, _) -> null;

    /**
     * Why the range of a watcher that is being created may not be watched, or null where it may. Asked on the thread
     * that creates it.
     *
     * @param key the first key, never empty
     * @param end as in the request
     */
    @Nullable String refusal(ByteString key, ByteString end);
}
