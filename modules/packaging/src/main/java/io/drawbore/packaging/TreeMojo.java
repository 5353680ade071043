package io.drawbore.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.artifact.Artifact;

/** Makes the folder {@code target/<name>}, which runs with whatever Java 25 is there. */
@Mojo(name = "tree", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class TreeMojo extends AssemblyMojo {
    /** Whether its AOT cache is made too, for this machine and the build's JDK: for whoever starts it many times. */
    @Parameter(property = "drawbore.aot", defaultValue = "false")
    private boolean aot;

    /** Maven makes it. */
    public TreeMojo() {}

    @Override
    void make(final Descriptor told) throws IOException {
        final Path folder = target().resolve(told.name());
        final Map<String, Artifact> jars = jars(told);
        final Tree tree = tree(told, jars);
        for (final Platform platform : List.of(Platform.AMD64, Platform.ARM64)) {
            if (platform.isHere()) {
                SqliteLibrary.addTo(tree, jars, platform);
            }
        }
        final boolean changed = tree.write(folder);
        if (aot && (changed || !Files.exists(folder.resolve("aot/drawbore.aot")))) {
            makeCache(folder);
        }
    }

    /** Without one everything works too. */
    private void makeCache(final Path folder) throws IOException {
        final ProcessBuilder maker =
                new ProcessBuilder(folder.resolve("bin/drawbore").toString(), "aot").inheritIO();
        maker.environment().put("DRAWBORE_JAVA_HOME", jdk().toString());
        try {
            if (maker.start().waitFor() != 0) {
                getLog().warn("no AOT cache was made; starts are slower");
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
