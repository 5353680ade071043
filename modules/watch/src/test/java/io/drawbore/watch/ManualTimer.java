package io.drawbore.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that passes when the test says so. What is due runs on the test's thread. */
final class ManualTimer implements Timer {
    private final List<Due> waiting = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Due(Duration at, Runnable task) {}

    @Override
    public synchronized Runnable after(Duration delay, Runnable task) {
        Due due = new Due(now.plus(delay), task);
        waiting.add(due);
        return () -> cancel(due);
    }

    private synchronized void cancel(Due due) {
        waiting.removeIf(other -> other == due);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    void pass(Duration time) {
        Duration end;
        synchronized (this) {
            end = now.plus(time);
        }
        Optional<Due> next = takeUntil(end);
        while (next.isPresent()) {
            next.get().task().run();
            next = takeUntil(end);
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Optional<Due> takeUntil(Duration end) {
        Optional<Due> next = waiting.stream()
                .filter(due -> due.at().compareTo(end) <= 0)
                .min(Comparator.comparing(Due::at));
        next.ifPresent(due -> {
            now = due.at();
            waiting.remove(due);
        });
        return next;
    }
}
