package io.drawbore.testkit.simulation;

import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one process in virtual time: a turn begins some microseconds after it is due, so that their order is
 * the seed's. The process can pause, and it can die, after which nothing of it happens any more. Work takes no time but
 * what is {@link #spend spent}. One thread.
 */
public final class SimulatedWorkers implements Workers {
    private static final long MOST_LATENCY = 50_000;

    private final Schedule schedule;
    private final RandomGenerator random;
    private final double clockRate;
    private final long clockStart;
    private long clockShift;
    private long pausedUntil;
    private long spent;
    private boolean dead;

    /**
     * A process that begins now.
     *
     * @param clockRate how fast its clock goes, 1 for right
     * @param clockStart what its clock says now, in nanoseconds
     */
    public SimulatedWorkers(Schedule schedule, RandomGenerator random, double clockRate, long clockStart) {
        this.schedule = schedule;
        this.random = random;
        this.clockRate = clockRate;
        this.clockStart = clockStart - (long) (schedule.now() * clockRate);
    }

    /** A process with a clock that is right. */
    public SimulatedWorkers(Schedule schedule, RandomGenerator random) {
        this(schedule, random, 1, schedule.now());
    }

    @Override
    public long nanoTime() {
        return clockStart + clockShift + (long) ((schedule.now() + spent) * clockRate);
    }

    /** Lets the clock jump ahead. */
    public void jump(Duration ahead) {
        clockShift += ahead.toNanos();
    }

    /** The turn under way takes so much time: what it does from here on happens later, and so does the next one. */
    public void spend(Duration time) {
        spent += time.toNanos();
    }

    /** Nanoseconds that the turn under way has taken so far. */
    public long spent() {
        return spent;
    }

    /** Nothing of this process happens for a while. */
    public void pause(Duration time) {
        pausedUntil = Math.max(pausedUntil, schedule.now() + time.toNanos());
    }

    /** Nothing of this process happens any more. */
    public void die() {
        dead = true;
    }

    /** Whether it has died. */
    public boolean isDead() {
        return dead;
    }

    /** Lets something happen in this process after a time. The answer takes it back. */
    private Runnable later(long nanos, Runnable what) {
        return schedule.after(nanos, () -> happen(what));
    }

    private void happen(Runnable what) {
        if (dead) {
            return;
        }
        if (schedule.now() < pausedUntil) {
            schedule.after(pausedUntil - schedule.now(), () -> happen(what));
            return;
        }
        long outer = spent;
        spent = 0;
        try {
            what.run();
        } finally {
            spent = outer;
        }
    }

    private long latency() {
        return random.nextLong(MOST_LATENCY);
    }

    @Override
    public Worker worker(String name, Worker.Turn turn) {
        return new SimulatedWorker(turn);
    }

    @Override
    public Pool pool(String name, int threads) {
        return threads == 1 ? new OneThread() : new ManyThreads();
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        return later((long) (delay.toNanos() / clockRate), task);
    }

    private final class SimulatedWorker implements Worker {
        private final Turn turn;
        private @Nullable Runnable cancel;
        private long dueAt = Long.MAX_VALUE;
        private long freeAt;
        private boolean started;
        private boolean ended;

        SimulatedWorker(Turn turn) {
            this.turn = turn;
        }

        @Override
        public void start() {
            started = true;
            due(latency());
        }

        @Override
        public void wake() {
            if (started && !ended) {
                due(latency());
            }
        }

        private void due(long nanos) {
            long at = Math.max(freeAt, schedule.now() + nanos);
            if (at >= dueAt) {
                return;
            }
            if (cancel != null) {
                cancel.run();
            }
            dueAt = at;
            cancel = later(at - schedule.now(), this::turn);
        }

        private void turn() {
            cancel = null;
            dueAt = Long.MAX_VALUE;
            long next = turn.run();
            freeAt = schedule.now() + spent;
            if (next == Turn.ENDED) {
                ended = true;
            } else if (next != Turn.IDLE) {
                due(spent + (long) (next / clockRate) + latency());
            }
        }

        @Override
        public void join() {
            while (!ended && !dead) {
                if (!schedule.step()) {
                    throw new IllegalStateException("a worker is waited for that nothing will wake");
                }
            }
        }
    }

    /** Hands out tasks in the order in which they came. */
    private final class OneThread implements Pool {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean underWay;
        private boolean closed;

        @Override
        public void execute(Runnable task) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            tasks.addLast(task);
            next();
        }

        private void next() {
            if (!underWay && !tasks.isEmpty()) {
                underWay = true;
                later(latency(), () -> {
                    Runnable task = tasks.pollFirst();
                    underWay = false;
                    if (task != null) {
                        task.run();
                    }
                    next();
                });
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abandon() {
            closed = true;
            tasks.clear();
        }
    }

    /** Whatever comes is done at some moment soon. */
    private final class ManyThreads implements Pool {
        private boolean closed;
        private boolean abandoned;

        @Override
        public void execute(Runnable task) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            later(latency(), () -> {
                if (!abandoned) {
                    task.run();
                }
            });
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abandon() {
            closed = true;
            abandoned = true;
        }
    }
}
