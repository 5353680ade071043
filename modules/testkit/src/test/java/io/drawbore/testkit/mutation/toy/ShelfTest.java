package io.drawbore.testkit.mutation.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tests of something to make mistakes in. */
public class ShelfTest {
    private Shelf shelf = new Shelf(0);

    @BeforeEach
    void makeShelf() {
        shelf = new Shelf(2);
    }

    @Test
    void thingsGoOnTheShelf() {
        assertTrue(shelf.put());
        assertTrue(shelf.put());
        assertFalse(shelf.put());
    }

    @Test
    void skipped() {
        abort("skipped: there is nothing to see here");
    }

    @TestFactory
    Stream<DynamicTest> sizes() {
        return IntStream.range(1, 3)
                .mapToObj(size -> dynamicTest("of " + size, () -> assertEquals(size, new Shelf(size).fill())));
    }
}
