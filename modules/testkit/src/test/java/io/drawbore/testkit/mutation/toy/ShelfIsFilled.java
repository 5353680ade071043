package io.drawbore.testkit.mutation.toy;

/** A judge that fills a shelf. */
public final class ShelfIsFilled implements Runnable {
    @Override
    public void run() {
        if (new Shelf(1_000).fill() < 1_000) {
            throw new IllegalStateException("places stay free");
        }
    }
}
