package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.InvariantException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Replays transcripts. */
final class Transcripts {
    private Transcripts() {
    }

    /**
     * Carries out a file's directives and compares what each puts out with what the file says, to the letter; where it
     * says that etcd-raft panics, the member has to stop.
     */
    static void replay(Path file, Transcript transcript) throws IOException {
        List<Directive> directives = Directive.read(file);
        assertFalse(directives.isEmpty(), file + " has no directives");
        for (Directive directive : directives) {
            if (directive.expected().equals(Step.PANIC)) {
                assertThrows(InvariantException.class, () -> transcript.run(directive),
                        () -> file.getFileName() + ":" + directive.line() + " " + directive.command());
                return;
            }
            assertEquals(directive.expected(), transcript.run(directive),
                    () -> file.getFileName() + ":" + directive.line() + " " + directive.command());
        }
    }
}
