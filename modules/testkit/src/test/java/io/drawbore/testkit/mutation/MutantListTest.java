package io.drawbore.testkit.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantListTest {
    private static final String SHELF = """
            mutant: a shelf holds one more
            rule: A shelf holds no more than it has places.
            in: toy.Shelf
            - if (used == places) {
            -     return false;
            + if (used > places) {
            +     return false;
            """;

    @Test
    void blocksAreMutants() {
        List<Mutant> mutants = MutantList.parse("""
                # Shelves.

                %s
                # Nothing takes its place.
                mutant: nothing is used
                rule: What is used is counted.
                in: toy.Shelf
                - used++;
                """.formatted(SHELF));
        assertEquals(List.of("a shelf holds one more", "nothing is used"), mutants.stream().map(Mutant::name).toList());
        assertEquals("toy.Shelf", mutants.getFirst().className());
        assertEquals("A shelf holds no more than it has places.", mutants.getFirst().rule());
        assertEquals(" if (used == places) {\n     return false;", mutants.getFirst().stands());
        assertEquals(" if (used > places) {\n     return false;", mutants.getFirst().replacement());
        assertEquals("", mutants.getLast().replacement());
    }

    @Test
    void whatIsNoBlockIsRefused() {
        for (String list : List.of(
                "mutant: without rule\nin: toy.Shelf\n- used++;",
                "mutant: without code\nrule: -\nin: toy.Shelf",
                "mutant: without class\nrule: -\n- used++;",
                SHELF + "= used--;")) {
            assertThrows(InvalidMutantException.class, () -> MutantList.parse(list), list);
        }
    }

    @Test
    void aNameIsGivenOnce(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("a.txt"), SHELF);
        Files.writeString(directory.resolve("b.txt"), SHELF.replace("one more", "two more"));
        assertEquals(2, MutantList.readAll(directory).size());
        Files.writeString(directory.resolve("c.txt"), SHELF);
        assertThrows(InvalidMutantException.class, () -> MutantList.readAll(directory));
    }
}
