package io.drawbore.testkit.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.drawbore.testkit.history.LinearizabilitySearch.Call;
import io.drawbore.testkit.history.LinearizabilitySearch.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small concurrent histories of a register and of a lock, with an order or without one. */
class LinearizabilitySearchTest {
    private static final int STEPS = 100_000;

    /** What to write; empty to read. */
    private static final class Register implements SequentialModel<Integer, OptionalInt, Integer> {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Optional<Integer> step(Integer state, OptionalInt write, Optional<Integer> answer) {
            if (write.isPresent()) {
                return Optional.of(write.getAsInt());
            }
            return answer.isEmpty() || answer.get().equals(state) ? Optional.of(state) : Optional.empty();
        }
    }

    private final List<Call<OptionalInt, Integer>> register = new ArrayList<>();
    private final List<Call<LockModel.Ask, LockModel.Said>> lock = new ArrayList<>();

    private void write(long from, long to, int value) {
        register.add(
                new Call<>("write " + value, from, OptionalLong.of(to), OptionalInt.of(value), Optional.of(value)));
    }

    private void lostWrite(long from, int value) {
        register.add(new Call<>("lost " + value, from, OptionalLong.empty(), OptionalInt.of(value), Optional.empty()));
    }

    private void read(long from, long to, int value) {
        register.add(new Call<>("read " + value, from, OptionalLong.of(to), OptionalInt.empty(), Optional.of(value)));
    }

    private Result searchRegister(int steps) {
        return new LinearizabilitySearch<>(new Register(), steps).search(register);
    }

    private void isRight() {
        assertInstanceOf(Result.Linearizable.class, searchRegister(STEPS));
    }

    private void isWrong() {
        assertInstanceOf(Result.Impossible.class, searchRegister(STEPS));
    }

    @Test
    void nothingIsRight() {
        isRight();
    }

    @Test
    void overlappingCallsAreOrderedAsTheReadsSay() {
        write(1, 10, 1);
        write(2, 9, 2);
        read(11, 12, 1);
        assertEquals(new Result.Linearizable(List.of("write 2", "write 1", "read 1")), searchRegister(STEPS));
    }

    @Test
    void aStaleReadIsRejected() {
        write(1, 2, 1);
        read(3, 4, 0);
        isWrong();
    }

    @Test
    void aReadOfTheFutureIsRejected() {
        read(1, 2, 1);
        write(3, 4, 1);
        isWrong();
    }

    @Test
    void aValueThatComesAndGoesIsRejected() {
        write(1, 10, 1);
        read(2, 3, 1);
        read(4, 5, 0);
        isWrong();
        assertEquals(
                new Result.Impossible(List.of("write 1", "read 1"), List.of("read 0")), searchRegister(STEPS));
    }

    @Test
    void aLostWriteMayHappenLateOrNever() {
        lostWrite(1, 1);
        lostWrite(1, 2);
        read(3, 4, 0);
        read(5, 6, 1);
        isRight();
    }

    @Test
    void aLostWriteThatHappensTwiceIsRejected() {
        lostWrite(1, 1);
        write(2, 3, 2);
        read(4, 5, 1);
        write(6, 7, 3);
        read(8, 9, 1);
        isWrong();
    }

    @Test
    void theSearchGivesUpAtItsLimit() {
        for (int i = 0; i < 12; i++) {
            write(i, 1_000, i);
        }
        read(2_000, 2_001, 99);
        assertInstanceOf(Result.Undecided.class, searchRegister(1_000));
    }

    private void acquire(int client, long from, long to, LockModel.Said said) {
        lock.add(new Call<>(
                client + " acquires", from, OptionalLong.of(to), new LockModel.Ask(client, true), Optional.of(said)));
    }

    private void release(int client, long from, long to) {
        lock.add(new Call<>(
                client + " releases", from, OptionalLong.of(to), new LockModel.Ask(client, false),
                Optional.of(LockModel.Said.DONE)));
    }

    private Result searchLock() {
        return new LinearizabilitySearch<>(new LockModel(), STEPS).search(lock);
    }

    @Test
    void aLockGoesFromHandToHand() {
        acquire(1, 1, 2, LockModel.Said.DONE);
        acquire(2, 3, 4, LockModel.Said.NOT_YOURS);
        acquire(2, 5, 9, LockModel.Said.DONE);
        release(1, 6, 10);
        assertInstanceOf(Result.Linearizable.class, searchLock());
    }

    @Test
    void aLockWithTwoHoldersIsRejected() {
        acquire(1, 1, 2, LockModel.Said.DONE);
        acquire(2, 3, 4, LockModel.Said.DONE);
        release(1, 5, 6);
        assertInstanceOf(Result.Impossible.class, searchLock());
    }

    @Test
    void aFreeLockThatIsRefusedIsRejected() {
        acquire(1, 1, 2, LockModel.Said.DONE);
        release(1, 3, 4);
        acquire(2, 5, 6, LockModel.Said.NOT_YOURS);
        assertInstanceOf(Result.Impossible.class, searchLock());
    }

    /** Whether and when each was done makes no difference, so that it isn't tried out. */
    @Test
    void lostCallsThatChangeNothingCostNothing() {
        acquire(0, 1, 2, LockModel.Said.DONE);
        for (int client = 1; client <= 30; client++) {
            lock.add(new Call<>(
                    client + " asks", 3, OptionalLong.empty(), new LockModel.Ask(client, true), Optional.empty()));
        }
        for (int time = 4; time < 60; time += 2) {
            acquire(99, time, time + 1, LockModel.Said.NOT_YOURS);
        }
        assertInstanceOf(Result.Linearizable.class, searchLock());
        acquire(99, 60, 61, LockModel.Said.DONE);
        assertInstanceOf(Result.Impossible.class, searchLock());
    }

    /** All that ask while it is taken may have been answered in any order; none is tried but one. */
    @Test
    void answersThatChangeNothingCostNothing() {
        acquire(0, 1, 2, LockModel.Said.DONE);
        for (int client = 1; client <= 30; client++) {
            acquire(client, 3, 50, LockModel.Said.NOT_YOURS);
            lock.add(new Call<>(
                    client + " releases", 3, OptionalLong.empty(), new LockModel.Ask(client, false), Optional.empty()));
        }
        assertInstanceOf(Result.Linearizable.class, searchLock());
        acquire(99, 51, 52, LockModel.Said.DONE);
        assertInstanceOf(Result.Impossible.class, searchLock());
    }

    /** Calls take effect somewhere within their time; then one read is made to answer what nobody wrote. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void arbitraryHistoriesAreRightAndNoLongerSoWhenOneReadIsBroken(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int value = 0;
        for (int i = 1; i <= 60; i++) {
            // The effect is at 10 i, so that neighbours overlap.
            long from = 10L * i - random.nextInt(25);
            long to = 10L * i + 1 + random.nextInt(25);
            if (random.nextInt(3) == 0) {
                value = i;
                if (random.nextInt(8) == 0) {
                    lostWrite(from, value);
                } else {
                    write(from, to, value);
                }
            } else {
                read(from, to, value);
            }
        }
        isRight();
        read(1_000, 1_001, value + 1_000);
        isWrong();
    }
}
