package io.drawbore.testkit.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.testkit.mutation.SeedHunt.Find;
import io.drawbore.testkit.mutation.toy.ShelfOfFewPlaces;
import io.drawbore.testkit.mutation.toy.ShelfOfSomeSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class SeedHuntTest {
    private static final String TOY = "io.drawbore.testkit.mutation.toy.";
    private static final MutableSources SOURCES = new MutableSources(List.of(Path.of("src/test/java")), List.of(TOY));

    private static Mutant fullAt(int used) {
        return new Mutant(
                "a broken shelf",
                "Shelves are whole.",
                TOY + "Shelf",
                "used == places",
                "used == places || used == " + used);
    }

    private static Optional<Find> hunt(Class<? extends LongConsumer> judge, Mutant mutant, long count) {
        try (SeedHunt hunt = new SeedHunt(SOURCES, judge)) {
            return hunt.hunt(mutant, 1, count, () -> false);
        }
    }

    @Test
    void theFirstSeedThatNoticesIsFound() {
        Find find = hunt(ShelfOfSomeSize.class, fullAt(41), 100).orElseThrow();
        assertEquals(42, find.seed());
        assertTrue(find.reason().contains("places stay free"), find::toString);
    }

    @Test
    void aMutantThatNoSeedNoticesSurvives() {
        assertEquals(Optional.empty(), hunt(ShelfOfSomeSize.class, fullAt(200), 100));
    }

    @Test
    void aSeedThatObjectsToWhatIsNoMutantFindsNone() {
        assertEquals(Optional.empty(), hunt(ShelfOfFewPlaces.class, fullAt(40), 100));
    }

    @Test
    void aHuntEndsWhenItIsEnough() {
        try (SeedHunt hunt = new SeedHunt(SOURCES, ShelfOfSomeSize.class)) {
            assertEquals(Optional.empty(), hunt.hunt(fullAt(41), 1, 100, () -> true));
        }
    }

    @Test
    void aMutantThatNeverEndsIsFound() {
        Mutant endless = new Mutant("an endless shelf", "Shelves are full some day.", TOY + "Shelf", "used++;", "");
        Find find = hunt(ShelfOfSomeSize.class, endless, 3).orElseThrow();
        assertEquals(1, find.seed());
        assertTrue(find.reason().contains("does not end within"), find::toString);
    }

    @Test
    void aJudgeWhoseFirstSeedsObjectToWhatIsNoMutantIsRefused() {
        try (SeedHunt hunt = new SeedHunt(SOURCES, ShelfOfFewPlaces.class)) {
            assertThrows(AssertionError.class, () -> hunt.hunt(fullAt(40), 25, 10, () -> false));
        }
    }
}
