package io.drawbore.packaging;

import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/** Makes the folder {@code target/<name>}, which runs with whatever Java 25 is there. */
@Mojo(name = "tree", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class TreeMojo extends AssemblyMojo {
    /** Maven makes it. */
    public TreeMojo() {}

    @Override
    void make(final Descriptor told) throws IOException {
        tree(told, jars(told)).write(target().resolve(told.name()));
    }
}
