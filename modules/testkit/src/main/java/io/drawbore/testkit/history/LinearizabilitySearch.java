package io.drawbore.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches an order of calls that respects real time and that a model can have answered (Wing and Gong, with Lowe's
 * memory of what was tried). Exponential at worst: for small histories of what carries no revision. Calls on things
 * that know nothing of each other are best searched one thing at a time.
 *
 * @param <S> the model's states
 * @param <Q> what it is asked
 * @param <R> what it answers
 */
public final class LinearizabilitySearch<S, Q, R> {
    private final SequentialModel<S, Q, R> model;
    private final int steps;

    /**
     * One call.
     *
     * @param name what reports call it
     * @param call when it was called, in nanoseconds
     * @param returned when it returned; empty where its outcome is unknown
     * @param answer what it was answered; empty where its outcome is unknown
     */
    public record Call<Q, R>(String name, long call, OptionalLong returned, Q request, Optional<R> answer) {}

    /** What the search found. */
    public sealed interface Result {
        /** There is an order: this one. Calls of unknown outcome that need not have been done are not in it. */
        record Linearizable(List<String> order) implements Result {}

        /** There is none. The longest that was found, and what can't follow it. */
        record Impossible(List<String> longest, List<String> stuck) implements Result {}

        /** The limit of steps was reached. */
        record Undecided() implements Result {}
    }

    /**
     * A search with a limit.
     *
     * @param steps how often the model is asked before the search gives up
     */
    public LinearizabilitySearch(SequentialModel<S, Q, R> model, int steps) {
        this.model = model;
        this.steps = steps;
    }

    /** The beginnings and ends of the calls that are not placed yet, as a list in the order of time. */
    private static final class OpenCalls {
        private final int[] next;
        private final int[] previous;
        /** Of each entry its call's index, or, for an end, the complement of it. */
        private final int[] calls;
        private final int[] ends;

        OpenCalls(List<? extends Call<?, ?>> all) {
            record Entry(long time, boolean end, int call) {}
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                entries.add(new Entry(all.get(i).call(), false, i));
                if (all.get(i).returned().isPresent()) {
                    entries.add(new Entry(all.get(i).returned().getAsLong(), true, i));
                }
            }
            // At one time beginnings come first: such calls overlap.
            entries.sort(Comparator.comparingLong(Entry::time).thenComparing(Entry::end));
            int size = entries.size();
            next = new int[size + 1];
            previous = new int[size + 1];
            calls = new int[size + 1];
            ends = new int[all.size()];
            for (int i = 0; i <= size; i++) {
                next[i] = (i + 1) % (size + 1);
                previous[i] = (i + size) % (size + 1);
            }
            for (int i = 1; i <= size; i++) {
                Entry entry = entries.get(i - 1);
                calls[i] = entry.end() ? ~entry.call() : entry.call();
                if (entry.end()) {
                    ends[entry.call()] = i;
                }
            }
        }

        /** The first entry; 0 where there is none. */
        int first() {
            return next[0];
        }

        int after(int entry) {
            return next[entry];
        }

        boolean isEnd(int entry) {
            return calls[entry] < 0;
        }

        int call(int entry) {
            return calls[entry];
        }

        void take(int entry) {
            unlink(entry);
            if (ends[calls[entry]] != 0) {
                unlink(ends[calls[entry]]);
            }
        }

        void putBack(int entry) {
            if (ends[calls[entry]] != 0) {
                link(ends[calls[entry]]);
            }
            link(entry);
        }

        private void unlink(int entry) {
            next[previous[entry]] = next[entry];
            previous[next[entry]] = previous[entry];
        }

        private void link(int entry) {
            next[previous[entry]] = entry;
            previous[next[entry]] = entry;
        }
    }

    private record Tried<S>(BitSet placed, S state) {}

    /**
     * A call in its place.
     *
     * @param free whether another could stand there instead
     */
    private record Placed<S>(int entry, S before, boolean free) {}

    /** Searches. */
    public Result search(List<Call<Q, R>> calls) {
        return new Walk(calls).search();
    }

    /** One search. */
    private final class Walk {
        private final List<Call<Q, R>> calls;
        private final OpenCalls open;
        private final Set<Tried<S>> tried = new HashSet<>();
        private final Deque<Placed<S>> order = new ArrayDeque<>();
        private final BitSet placed;
        private S state = model.initial();
        private long toPlace;
        private int left = steps;

        Walk(List<Call<Q, R>> calls) {
            this.calls = calls;
            open = new OpenCalls(calls);
            placed = new BitSet(calls.size());
            toPlace = calls.stream().filter(call -> call.returned().isPresent()).count();
        }

        Result search() {
            List<String> longest = List.of();
            List<String> stuck = List.of();
            placeIdle();
            int entry = open.first();
            while (toPlace > 0) {
                if (left <= 0) {
                    return new Result.Undecided();
                }
                if (entry != 0 && !open.isEnd(entry)) {
                    entry = tryNext(entry) ? open.first() : open.after(entry);
                    continue;
                }
                // The first end that is left: its call must come before it, and none of those open could come next.
                if (order.size() >= longest.size()) {
                    longest = names(calls, open, order);
                    stuck = entry == 0 ? List.of() : List.of(calls.get(~open.call(entry)).name());
                }
                Placed<S> last = takeBack();
                if (last == null) {
                    return new Result.Impossible(longest, stuck);
                }
                entry = open.after(last.entry());
            }
            return new Result.Linearizable(names(calls, open, order));
        }

        private Optional<S> step(Call<Q, R> call) {
            left--;
            return model.step(state, call.request(), call.answer());
        }

        /** Whether a call can come next, and that leads to where the search hasn't been; then it has its place. */
        private boolean tryNext(int entry) {
            Call<Q, R> call = calls.get(open.call(entry));
            Optional<S> after = step(call);
            // whose outcome is unknown and who changes nothing here need not have been done yet
            if (after.isEmpty() || after.get().equals(state)) {
                return false;
            }
            placed.set(open.call(entry));
            boolean isNew = tried.add(new Tried<>((BitSet) placed.clone(), after.get()));
            placed.clear(open.call(entry));
            if (isNew) {
                place(entry, after.get(), true);
                placeIdle();
            }
            return isNew;
        }

        /** What was answered and changes nothing may come at once wherever it can: all others can follow it as well. */
        private void placeIdle() {
            int entry = open.first();
            while (left > 0 && entry != 0 && !open.isEnd(entry)) {
                Call<Q, R> call = calls.get(open.call(entry));
                if (call.returned().isPresent() && step(call).equals(Optional.of(state))) {
                    place(entry, state, false);
                    entry = open.first();
                } else {
                    entry = open.after(entry);
                }
            }
        }

        private void place(int entry, S after, boolean free) {
            Call<Q, R> call = calls.get(open.call(entry));
            order.push(new Placed<>(entry, state, free));
            placed.set(open.call(entry));
            open.take(entry);
            toPlace -= call.returned().isPresent() ? 1 : 0;
            state = after;
        }

        /** Back to before the last call that another could have come instead of; null where there is none. */
        private @Nullable Placed<S> takeBack() {
            while (!order.isEmpty()) {
                Placed<S> last = order.pop();
                int index = open.call(last.entry());
                open.putBack(last.entry());
                placed.clear(index);
                toPlace += calls.get(index).returned().isPresent() ? 1 : 0;
                state = last.before();
                if (last.free()) {
                    return last;
                }
            }
            return null;
        }
    }

    private static <S> List<String> names(
            List<? extends Call<?, ?>> calls, OpenCalls open, Deque<Placed<S>> order) {
        List<String> names = new ArrayList<>();
        order.descendingIterator().forEachRemaining(placed -> names.add(calls.get(open.call(placed.entry())).name()));
        return names;
    }
}
