package io.drawbore.testkit.history;

import io.drawbore.api.EtcdError;
import java.util.OptionalLong;

/** How a call ended, as far as its client knows. */
public sealed interface Outcome {
    /** When the client had the outcome, in nanoseconds; empty where it never had one. */
    OptionalLong at();

    /** Done, with this answer. */
    record Answered(long time, Response response) implements Outcome {
        @Override
        public OptionalLong at() {
            return OptionalLong.of(time);
        }
    }

    /**
     * Certainly not done: the server said so with an error that it gives instead of doing something.
     *
     * @param message etcd's text of the error
     */
    record Refused(long time, String message) implements Outcome {
        @Override
        public OptionalLong at() {
            return OptionalLong.of(time);
        }

        /** Whether this is the error, by its text. */
        public boolean is(EtcdError error) {
            return message.equals(error.text());
        }
    }

    /** Lost: a timeout or a broken connection. It may have been done, once, at any time after the call, or never. */
    record Unknown() implements Outcome {
        @Override
        public OptionalLong at() {
            return OptionalLong.empty();
        }
    }
}
