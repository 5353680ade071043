package io.drawbore.bench;

import java.util.Map;

/**
 * One row of the table.
 *
 * @param name its name in the tables
 * @param word what {@code --only} calls it; several loads may share one
 * @param run puts it on a server and answers what was measured
 */
record Load(String name, String word, Measurement run) {
    /** Puts a load on a server. */
    @FunctionalInterface
    interface Measurement {
        /** Answers what was measured, or throws {@link NotServed}. */
        Map<Figure, Double> on(Target target);
    }
}
