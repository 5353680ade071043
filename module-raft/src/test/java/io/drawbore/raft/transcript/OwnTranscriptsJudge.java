package io.drawbore.raft.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Our own transcripts, as a judge of mutants. */
public final class OwnTranscriptsJudge implements Runnable {
    @Override
    public void run() {
        try {
            for (Path file : OwnTranscriptTest.files()) {
                Transcripts.replay(file, new InteractionTranscript());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
