package io.drawbore.bench;

import java.util.Map;
import java.util.Optional;

/**
 * One load on one server in one round.
 *
 * @param load the name of the load
 * @param server the server it was put on
 * @param round counted from one
 * @param figures what was measured; empty where the load was not served
 * @param notServed why it was not served, in the words of the server or the load tool
 */
record Sample(String load, ServerKind server, int round, Map<Figure, Double> figures, Optional<String> notServed) {
    Sample {
        figures = Map.copyOf(figures);
    }
}
