package io.drawbore.testkit.mutation.toy;

/** A judge that is never content. */
public final class ShelfIsRed implements Runnable {
    @Override
    public void run() {
        if (!new Shelf(1).label().contains("red")) {
            throw new IllegalStateException("it is not red");
        }
    }
}
