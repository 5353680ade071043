package io.drawbore.junit.internal;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A member for as long as a test, or a class of tests, has it. Any thread. */
public final class Lease {
    private final Settings settings;
    private final int most;
    private final AtomicReference<@Nullable String> user = new AtomicReference<>();

    private volatile MemberProcess member;
    private volatile long printedBefore;

    private Lease(final Settings settings, final int most, final MemberProcess member) {
        this.settings = settings;
        this.most = most;
        this.member = member;
        printedBefore = member.printed();
    }

    /**
     * Takes a member with a fresh keyspace.
     *
     * @param most how many members this JVM may have
     */
    public static Lease begin(final Settings settings, final int most) {
        final Lease lease = new Lease(settings, most, MemberPool.ofThisJvm().take(settings, most));
        lease.freshen();
        return lease;
    }

    /** The member, which may be another after {@link #freshen}. */
    public MemberProcess member() {
        return member;
    }

    /** Makes the keyspace fresh; where that is impossible, another member takes the place of this one. */
    public void freshen() {
        while (!member.isUntouched()) {
            try {
                new Gateway(member.port()).reset();
                break;
            } catch (final Gateway.CannotReset left) {
                System.err.println("drawbore: a member is replaced by another process: " + left.getMessage());
                MemberPool.ofThisJvm().discard(member);
                member = MemberPool.ofThisJvm().take(settings, most);
            }
        }
        member.touch();
        printedBefore = member.printed();
    }

    /** Makes the keyspace fresh, by the same member. */
    public void reset() {
        try {
            new Gateway(member.port()).reset();
        } catch (final Gateway.CannotReset left) {
            throw new IllegalStateException("the keyspace cannot be made fresh: " + left.getMessage(), left);
        }
    }

    /**
     * A test of the class that has the member begins.
     *
     * @throws IllegalStateException where another one is under way
     */
    public void enter(final String test) {
        final String other = user.compareAndExchange(null, test);
        if (other != null) {
            throw new IllegalStateException(refusal(test + " and " + other + " run at the same time"));
        }
    }

    /** The test that began has ended; harmless for one that was refused. */
    public void leave(final String test) {
        user.updateAndGet(current -> test.equals(current) ? null : current);
    }

    /** What is said where tests at the same time would share the member. */
    public static String refusal(final String what) {
        return what + ", but their class has one member of Drawbore as a whole: give each test its own"
                + " DrawboreEndpoint, as a parameter or a field of an instance per method, or say"
                + " @Execution(ExecutionMode.SAME_THREAD)";
    }

    /** What the member has printed since its keyspace was made fresh by the extension. */
    public List<String> outputOfTest() {
        return member.outputAfter(printedBefore);
    }

    /** Gives the member back. */
    public void end() {
        if (member.isAlive()) {
            MemberPool.ofThisJvm().giveBack(settings, member);
        } else {
            MemberPool.ofThisJvm().discard(member);
        }
    }
}
