package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.Request;

/**
 * Says in today's commands what a v2 request does, which logs of etcd 3.4 and 3.5 hold and members of 3.5 send. Chosen
 * by name with the flag {@code --v2-compat}.
 *
 * <p>A pure function: it has no clock and no state, changes nothing, and answers on the apply thread. What it answers
 * goes the one way of all entries, so that none is applied twice. All members of a cluster must answer alike.
 */
public interface V2Translator {
    /** Translates none. */
    V2Translator REJECT = new V2Translator() {
        @Override
        public String name() {
            return "reject";
        }

        @Override
        public Command translate(Request request) {
            throw new UntranslatableException("v2 requests are rejected by --v2-compat=reject");
        }
    };

    /** The name that chooses it: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /**
     * Translates a request.
     *
     * @throws UntranslatableException where it has no meaning today; the member stops before the entry is applied
     */
    Command translate(Request request);
}
