package io.drawbore.lease;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A key that hangs on a lease; a link of the lease's list, so that a lease without keys costs nothing for them and a
 * key is taken off at once. Its owner is {@link Leases}.
 */
final class Attachment {
    final ByteString key;
    final HeldLease lease;
    private @Nullable Attachment previous;
    private @Nullable Attachment next;

    Attachment(ByteString key, HeldLease lease) {
        this.key = key;
        this.lease = lease;
    }

    @Nullable Attachment next() {
        return next;
    }

    void link() {
        Attachment head = lease.first;
        next = head;
        if (head != null) {
            head.previous = this;
        }
        lease.first = this;
        lease.keys++;
    }

    void unlink() {
        if (previous == null) {
            lease.first = next;
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        lease.keys--;
    }
}
