package io.drawbore.packaging;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.eclipse.aether.artifact.Artifact;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is handed on, in {@code target}: for each platform an archive and a Debian package with a runtime of their
 * own, the list of what is in them, and everything's checksums. Attaches, for each platform, a jar with the
 * distribution as a resource, which tests unpack. The same sources and JDKs give the same bytes.
 */
@Mojo(name = "archives", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
@SuppressWarnings("NullAway.Init")
public final class ArchivesMojo extends AssemblyMojo {
    private static final long LARGEST = 60L << 20;

    @Parameter(defaultValue = "${project.build.outputTimestamp}", required = true)
    private String time;

    /** The home of a JDK 25 for Linux on x86_64. Empty: the build's own where that is one. */
    @Parameter(property = "drawbore.jdk.linux-x86_64")
    private @Nullable File amd64;

    /** The home of a JDK 25 for Linux on aarch64. Empty: the build's own where that is one. */
    @Parameter(property = "drawbore.jdk.linux-aarch_64")
    private @Nullable File arm64;

    @Component
    private MavenProjectHelper projects;

    /** Maven makes it. */
    public ArchivesMojo() {}

    @Override
    void make(final Descriptor told) throws IOException, MojoExecutionException {
        final Map<String, Artifact> jars = jars(told);
        final Tree tree = tree(told, jars);
        final Map<String, byte[]> made = new TreeMap<>();
        make(told, jars, tree, Platform.AMD64, amd64, made);
        make(told, jars, tree, Platform.ARM64, arm64, made);
        final StringBuilder sums = new StringBuilder();
        for (final var file : made.entrySet()) {
            Files.write(target().resolve(file.getKey()), file.getValue());
            sums.append(Checksum.sha256(file.getValue())).append("  ").append(file.getKey()).append('\n');
            getLog().info(file.getKey() + ": " + file.getValue().length + " bytes");
        }
        Files.writeString(target().resolve("SHA256SUMS"), sums);
    }

    private void make(
            final Descriptor told,
            final Map<String, Artifact> jars,
            final Tree common,
            final Platform platform,
            final @Nullable File jdk,
            final Map<String, byte[]> made)
            throws IOException, MojoExecutionException {
        if (jdk == null && !platform.isHere()) {
            getLog().warn("no archives for " + platform.name() + ": say where a JDK 25 for it is, with -Ddrawbore.jdk."
                    + platform.name() + "=…");
            return;
        }
        final Path home = jdk == null ? jdk() : jdk.toPath().toRealPath();
        final String version = project.getVersion();
        final String name = told.name() + "-" + version + "-" + platform.name();
        final Archives archives = new Archives(Instant.parse(time));
        final Tree tree = new Tree();
        tree.putAll("", common);
        for (final var jar : jars.entrySet()) {
            if (SqliteLibrary.isIn(jar.getValue())) {
                final Path file = jar.getValue().getFile().toPath();
                tree.put(
                        jar.getKey(),
                        SqliteLibrary.isOfHost(jar)
                                ? archives.bareSqlite(file)
                                : archives.slimSqlite(file, platform));
            }
        }
        SqliteLibrary.addTo(tree, jars, platform);
        tree.putFolder("runtime/", new RuntimeImage(jdk(), target().resolve("linked-" + platform.name()))
                .link(home, platform, jdk != null, told.runtime()));
        final String sbom = new Sbom(repository(), Instant.parse(time))
                .list(told.name(), version, tree, jars, javaVersion(home));
        tree.put("sbom.cdx.json", sbom, false);
        final byte[] archive = archives.tarGz(tree, told.name() + "-" + version + "/", Map.of());
        if (archive.length > LARGEST) {
            throw new MojoExecutionException(name + ".tar.gz has " + archive.length + " bytes, more than " + LARGEST);
        }
        made.put(name + ".tar.gz", archive);
        made.put(name + ".cdx.json", sbom.getBytes(StandardCharsets.UTF_8));
        final DebianPackage deb = new DebianPackage(told.name(), version, told.defaults(), platform);
        made.put(deb.fileName(), deb.of(tree, archives));
        made.put(name + ".jar", archives.jar(resource(platform, archives.zip(tree))));
        projects.attachArtifact(
                project, "jar", platform.name(), target().resolve(name + ".jar").toFile());
    }

    private static Map<String, byte[]> resource(final Platform platform, final byte[] zip) {
        final String path = "io/drawbore/distribution/" + platform.name() + ".zip";
        final Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(path, zip);
        files.put(path + ".sha256", (Checksum.sha256(zip) + "\n").getBytes(StandardCharsets.US_ASCII));
        return files;
    }

    private static String javaVersion(final Path home) throws IOException {
        final Properties release = new Properties();
        release.load(Files.newBufferedReader(home.resolve("release")));
        return release.getProperty("JAVA_VERSION", "25").replace("\"", "");
    }
}
