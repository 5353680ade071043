package io.drawbore.testkit.mutation.toy;

import java.util.function.LongConsumer;

/** A judge that wants no shelf of more than 30 places, and otherwise that it gets full. */
public final class ShelfOfFewPlaces implements LongConsumer {
    @Override
    public void accept(long seed) {
        if (seed > 30 || new Shelf((int) seed).fill() < seed) {
            throw new IllegalStateException("no such shelf");
        }
    }
}
