package io.drawbore.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** JUnit found the extension in more places than the extension its settings. */
class DrawboreExtensionTest {
    @Test
    void settingsOfAComposedAnnotationCount() {
        assertArrayEquals(new String[] {"--max-txn-ops=7"}, found(Composed.class).flags());
        assertEquals(Keyspace.PER_CLASS, found(Composed.class).keyspace());
    }

    @Test
    void settingsOfAnInterfaceCount() {
        assertArrayEquals(new String[] {"--max-txn-ops=8"}, found(OfAnInterface.class).flags());
    }

    @Test
    void theNearestClassAroundCounts() {
        assertArrayEquals(new String[] {"--max-txn-ops=7"}, found(Composed.Inside.class).flags());
        assertTrue(DrawboreExtension.annotation(Optional.class).isEmpty());
    }

    private static Drawbore found(final Class<?> tests) {
        return DrawboreExtension.annotation(tests).orElseThrow();
    }

    @Drawbore(flags = "--max-txn-ops=7", keyspace = Keyspace.PER_CLASS)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface SmallTxns {}

    @SmallTxns
    private static class Composed {
        private static class Inside {}
    }

    @Drawbore(flags = "--max-txn-ops=8")
    private interface WithStore {}

    private static class OfAnInterface implements WithStore {}
}
