package io.drawbore.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules of the sources that no compiler knows. */
class TidyTest {
    private static final int LINES = 800;
    private static final int COLUMNS = 120;

    /** Written in two halves, so that this file does not find itself. */
    private static final Pattern LEFT_FOR_LATER = Pattern.compile("TO" + "DO|FIX" + "ME|XX" + "X");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @Test
    void filesAndLinesAreOfASizeThatPeopleRead() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : Sources.files(".java")) {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() > LINES) {
                found.add(name(file) + " has " + lines.size() + " lines");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > COLUMNS) {
                    found.add(name(file) + ":" + (i + 1) + " is " + lines.get(i).length() + " columns wide");
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        List<String> found = new ArrayList<>();
        for (String ending : List.of(".java", ".md", ".go", ".c", ".sh")) {
            for (Path file : Sources.files(ending)) {
                if (LEFT_FOR_LATER.matcher(Files.readString(file)).find()) {
                    found.add(name(file));
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void linksOfTheDocsLeadSomewhere() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : Sources.files(".md")) {
            Matcher links = LINK.matcher(Files.readString(file));
            while (links.find()) {
                Path target = file.getParent().resolve(links.group(1)).normalize();
                if (!Files.exists(target) && !Files.exists(file.getParent().resolve(links.group(1) + ".md"))) {
                    found.add(name(file) + " → " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), found);
    }

    private static String name(Path file) {
        return Sources.root().relativize(file).toString();
    }
}
