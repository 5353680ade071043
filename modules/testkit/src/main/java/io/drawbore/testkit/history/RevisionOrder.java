package io.drawbore.testkit.history;

import java.util.List;

/**
 * Every revision with who made it and what it changed.
 *
 * @param makers who made revision 2, 3, ...
 */
record RevisionOrder(Timeline timeline, List<Maker> makers) {
    Maker maker(long revision) {
        return makers.get((int) (revision - Timeline.FIRST - 1));
    }

    long newest() {
        return timeline.revision();
    }
}
