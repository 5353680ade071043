package io.drawbore.testkit.mutation.toy;

import static org.junit.jupiter.api.Assumptions.abort;

/** A judge that lacks something. */
public final class NobodyCanJudge implements Runnable {
    @Override
    public void run() {
        abort("skipped: there is no judgement without a judge");
    }
}
