package io.drawbore.testkit.mutation.toy;

/** Something to make mistakes in. */
final class Shelf {
    private final int places;
    private int used;

    Shelf(int places) {
        this.places = places;
    }

    boolean put() {
        if (used == places) {
            return false;
        }
        // One thing takes one place.
        used++;
        return true;
    }

    int fill() {
        int put = 0;
        while (put()) {
            put++;
        }
        return put;
    }

    String label() {
        return "a shelf of " + places;
    }
}
