package org.example.drawbore;

import static org.assertj.core.api.Assertions.assertThat;

import io.drawbore.embed.EmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(args = "begun")
class NotesApplicationTest {
    @Autowired
    private Notes notes;

    @Autowired
    private EmbeddedCluster cluster;

    @Test
    void notesAreKeptInTheMemberOfTheApplication() throws Exception {
        notes.add("first");
        notes.add("second");
        assertThat(notes.all()).containsExactly("begun", "first", "second");
    }

    @Test
    void theMemberRunsInThisVeryProcess() {
        assertThat(cluster.isRunning(0)).isTrue();
        assertThat(cluster.door().hasLeader()).isTrue();
    }
}
