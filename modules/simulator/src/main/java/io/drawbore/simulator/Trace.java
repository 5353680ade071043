package io.drawbore.simulator;

import com.google.protobuf.ByteString;

/**
 * All that happened so far, folded into one number: two runs with the same number went the same way. Nothing goes in
 * that differs between two processes, such as a message's own hash code. One thread.
 */
public final class Trace {
    private long folded = 0x2545F4914F6CDD1DL;
    private long facts;

    /** Of nothing yet. */
    public Trace() {}

    /** What a fact is about. */
    enum Fact {
        SENT, ARRIVED, COMMITTED, ANSWERED, REFUSED, WATCHED, STARTED, ENDED, STEP
    }

    void add(Fact fact, long at, long a, long b) {
        fold(fact.name().hashCode());
        fold(at);
        fold(a);
        fold(b);
        facts++;
    }

    void add(Fact fact, long at, long a, ByteString bytes) {
        add(fact, at, a, bytes.hashCode());
    }

    private void fold(long value) {
        long mixed = (folded ^ value) * 0x9E3779B97F4A7C15L;
        folded = mixed ^ (mixed >>> 29);
    }

    /** The number. */
    public long value() {
        return folded;
    }

    /** How many facts went in. */
    public long facts() {
        return facts;
    }
}
