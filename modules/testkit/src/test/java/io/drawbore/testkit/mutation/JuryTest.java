package io.drawbore.testkit.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.testkit.mutation.Jury.Objection;
import io.drawbore.testkit.mutation.toy.NobodyCanJudge;
import io.drawbore.testkit.mutation.toy.ShelfIsFilled;
import io.drawbore.testkit.mutation.toy.ShelfIsRed;
import io.drawbore.testkit.mutation.toy.ShelfTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JuryTest {
    private static final String TOY = "io.drawbore.testkit.mutation.toy.";
    private static final MutableSources SOURCES = new MutableSources(List.of(Path.of("src/test/java")), List.of(TOY));
    private static final Mutant WRONG = mutant("used == places", "used == places - 1");
    private static Jury jury;

    @BeforeAll
    static void callJudges() {
        jury = new Jury(SOURCES,
                List.of(Judge.of(NobodyCanJudge.class), Judge.of(ShelfTest.class), Judge.of(ShelfIsFilled.class)));
    }

    @AfterAll
    static void sendHome() {
        jury.close();
    }

    private static Mutant mutant(String stands, String replacement) {
        return new Mutant("a broken shelf", "Shelves are whole.", TOY + "Shelf", stands, replacement);
    }

    @Test
    void aJudgeThatCannotJudgeHereStaysAway() {
        try (Jury nobody = new Jury(SOURCES, List.of(Judge.of(NobodyCanJudge.class)))) {
            assertEquals(Optional.empty(), nobody.judge(WRONG));
        }
    }

    @Test
    void theFirstObjectionIsEnough() {
        Optional<Objection> objection = jury.judge(mutant("used == places", "used >= places - 1"));
        assertEquals("ShelfTest", objection.orElseThrow().judge());
        assertTrue(objection.orElseThrow().reason().contains("AssertionFailedError"), objection::toString);
    }

    @Test
    void allAreAskedForTheirObjections() {
        List<Objection> objections = jury.judgeByAll(mutant("return true;", "return false;"));
        assertEquals(List.of("ShelfTest", "ShelfIsFilled"), objections.stream().map(Objection::judge).toList());
        assertTrue(objections.getLast().reason().contains("places stay free"), objections::toString);
    }

    @Test
    void aMutantThatNobodyObjectsToSurvives() {
        assertEquals(Optional.empty(), jury.judge(mutant("\"a shelf of \"", "\"a board of \"")));
    }

    @Test
    void aMutantThatNeverEndsIsStopped() {
        List<Objection> objections = jury.judgeByAll(mutant("used++;", ""));
        assertTrue(objections.getLast().reason().contains("does not end within"), objections::toString);
    }

    @Test
    void aMutantLeavesNoTrace() {
        assertTrue(jury.judge(mutant("used == places", "used == 1")).isPresent());
        assertEquals(Optional.empty(), jury.judge(mutant("int put = 0;", "int put = 1 - 1;")));
    }

    @Test
    void lineBreaksAndRemarksDoNotMatter() {
        assertTrue(jury.judge(mutant("if (used == places) { return false; } used++;", "")).isPresent());
    }

    @Test
    void aListThatIsOutOfDateIsRefused() {
        for (Mutant none : List.of(
                mutant("used--;", ""),
                mutant("return", ""),
                mutant("used++;", "used++;"),
                mutant("used++;", "used += many;"),
                new Mutant("lost", "-", TOY + "Board", "a", "b"),
                new Mutant("strange", "-", "java.lang.String", "a", "b"))) {
            assertThrows(InvalidMutantException.class, () -> jury.judge(none), none::toString);
        }
    }

    @Test
    void aJudgeThatObjectsToWhatIsNoMutantIsRefused() {
        try (Jury unfair = new Jury(SOURCES, List.of(Judge.of(ShelfIsRed.class)))) {
            assertThrows(AssertionError.class, () -> unfair.judge(WRONG));
        }
    }

    @Test
    void aJudgeOfTheUnchangedClassesIsRefused() {
        try (Jury blind = new Jury(SOURCES, List.of(Judge.of(MutantListTest.class)))) {
            assertThrows(AssertionError.class, () -> blind.judge(WRONG));
        }
    }
}
