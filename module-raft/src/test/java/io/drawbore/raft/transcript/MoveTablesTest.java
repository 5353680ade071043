package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftRole;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The tables in the Javadoc of {@link RaftRole} and {@link ProgressState} have every move that is ever made, and no
 * other: our own transcripts make each of them.
 */
class MoveTablesTest {
    private static final Pattern ROW = Pattern.compile("^ \\* (\\(start\\)|[A-Z_]+) +([A-Z_]+) ", Pattern.MULTILINE);

    private static final Moves MOVES = new Moves();

    @BeforeAll
    static void replay() throws IOException, URISyntaxException {
        for (Path file : OwnTranscriptTest.files()) {
            Transcripts.replay(file, new InteractionTranscript(MOVES));
        }
    }

    @Test
    void ofRoles() throws IOException {
        assertEquals(table(RaftRole.class), MOVES.ofRoles);
    }

    @Test
    void ofProgress() throws IOException {
        assertEquals(table(ProgressState.class), MOVES.ofProgress);
    }

    private static Set<String> table(Class<?> type) throws IOException {
        String source = Files.readString(Path.of("src/main/java/io/drawbore/raft", type.getSimpleName() + ".java"));
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(source);
        while (row.find()) {
            rows.add(row.group(1) + " " + row.group(2));
        }
        return rows;
    }
}
