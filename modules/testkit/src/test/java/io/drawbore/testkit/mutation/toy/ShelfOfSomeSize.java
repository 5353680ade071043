package io.drawbore.testkit.mutation.toy;

import java.util.function.LongConsumer;

/** A judge that fills a shelf of as many places as the seed says. */
public final class ShelfOfSomeSize implements LongConsumer {
    @Override
    public void accept(long seed) {
        if (new Shelf((int) seed).fill() < seed) {
            throw new IllegalStateException("places stay free");
        }
    }
}
