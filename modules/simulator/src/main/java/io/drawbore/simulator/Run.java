package io.drawbore.simulator;

import io.drawbore.testkit.history.History;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param failure what must not be, and was; empty where all was right
 * @param trace all that happened, in one number
 * @param time how long it took in virtual time
 * @param events how many events that were
 * @param history what clients did and were answered
 * @param undecided whether the history has gaps that the judge could not fill
 * @param counts how often what happened, by the names of steps and of what is counted beside them
 */
public record Run(
        Optional<String> failure, long trace, Duration time, long events, History history, boolean undecided,
        Map<String, Long> counts) {}
