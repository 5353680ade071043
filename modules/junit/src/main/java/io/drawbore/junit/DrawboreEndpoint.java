package io.drawbore.junit;

import io.drawbore.junit.internal.Lease;
import java.net.URI;
import java.util.List;

/** Where a test finds its member, until the test ends. Any thread of the test may ask. */
public final class DrawboreEndpoint {
    private final Lease lease;

    DrawboreEndpoint(final Lease lease) {
        this.lease = lease;
    }

    /** Where clients are served, {@code http://127.0.0.1:<port>}: what jetcd's {@code endpoints} take. */
    public URI uri() {
        return URI.create("http://" + address());
    }

    /** The same as {@code 127.0.0.1:<port>}, for {@code etcdctl --endpoints} and the like. */
    public String address() {
        return host() + ":" + port();
    }

    /** The loopback address. */
    public String host() {
        return "127.0.0.1";
    }

    /** The client port. */
    public int port() {
        return lease.member().port();
    }

    /**
     * Deletes all keys, ends all leases and alarms and removes all users and roles, as the extension does before each
     * test. Revisions go on. Takes some milliseconds.
     *
     * @throws IllegalStateException where that cannot be done: authentication is on, a member was added, a downgrade is
     *     under way, or the member doesn't answer; before a test the extension gives it another member then
     */
    public void reset() {
        lease.reset();
    }

    /** The newest lines that the member has printed, at most a thousand. */
    public List<String> output() {
        return lease.member().output();
    }

    @Override
    public String toString() {
        return uri().toString();
    }
}
