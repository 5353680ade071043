package io.drawbore.bbolt;

import java.util.BitSet;

/** Which pages were met on a walk through a whole file: none is met twice. */
final class PageMarks {
    private final BitSet met = new BitSet();

    /** Marks a page and those that belong to it. */
    void mark(Page page) {
        if (page.pages() == 0) {
            return;
        }
        final int first = Math.toIntExact(page.id());
        final int end = Math.toIntExact(page.id() + page.pages());
        final int twice = met.nextSetBit(first);
        if (twice >= 0 && twice < end) {
            throw page.corrupt("page " + twice + " belongs to another page, too");
        }
        met.set(first, end);
    }
}
