package io.drawbore.packaging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.eclipse.aether.artifact.Artifact;

/**
 * SQLite's library as a file of a distribution, where the start script points to it. Else sqlite-jdbc would unpack it
 * at each start into the folder for temporary files, which may forbid programs, and a killed member would leave it
 * there.
 */
final class SqliteLibrary {
    /** Where sqlite-jdbc keeps its libraries. */
    static final String FOLDER = "org/sqlite/native/";

    private static final String FILE = "libsqlitejdbc.so";

    private SqliteLibrary() {}

    /** Whether a jar is sqlite-jdbc. */
    static boolean isIn(final Artifact jar) {
        return jar.getArtifactId().equals("sqlite-jdbc");
    }

    /** Whether the start script's library comes from there: a plug-in's own sqlite-jdbc can't share it. */
    static boolean isOfHost(final Map.Entry<String, Artifact> jar) {
        return jar.getKey().startsWith("lib/") && isIn(jar.getValue());
    }

    /** Adds a platform's, where the host has sqlite-jdbc. */
    static void addTo(final Tree tree, final Map<String, Artifact> jars, final Platform platform) throws IOException {
        for (final var jar : jars.entrySet()) {
            if (isOfHost(jar)) {
                tree.put("native/" + FILE, read(jar.getValue().getFile().toPath(), platform));
            }
        }
    }

    private static byte[] read(final Path jar, final Platform platform) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            final String name = FOLDER + platform.sqlite() + "/" + FILE;
            final ZipEntry library = zip.getEntry(name);
            if (library == null) {
                throw new IOException(jar + " has no " + name);
            }
            return zip.getInputStream(library).readAllBytes();
        }
    }
}
