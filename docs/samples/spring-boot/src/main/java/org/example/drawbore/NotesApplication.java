package org.example.drawbore;

import io.drawbore.embed.EmbeddedCluster;
import io.etcd.jetcd.Client;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Keeps notes in a member of its own: no other process is needed. */
@SpringBootApplication
public class NotesApplication {
    /** Starts it. */
    public static void main(final String[] args) {
        SpringApplication.run(NotesApplication.class, args);
    }

    /** The member, which Spring closes at the end; its data is in a temporary folder unless one is told. */
    @Bean(destroyMethod = "close")
    EmbeddedCluster cluster(@Value("${notes.data:}") final String folder) {
        final EmbeddedCluster.Builder builder = EmbeddedCluster.builder();
        return (folder.isEmpty() ? builder : builder.dataDir(Path.of(folder))).start();
    }

    /** What the application talks to it with, as it would to an etcd elsewhere. */
    @Bean(destroyMethod = "close")
    Client client(final EmbeddedCluster cluster) {
        return Client.builder().endpoints(cluster.endpoints()).build();
    }

    @Bean
    Notes notes(final Client client) {
        return new Notes(client);
    }

    /** Adds the words that it is started with, and prints all notes. */
    @Bean
    ApplicationRunner run(final Notes notes) {
        return arguments -> {
            for (final String word : arguments.getNonOptionArgs()) {
                notes.add(word);
            }
            notes.all().forEach(note -> System.out.println("note: " + note));
        };
    }
}
