package io.drawbore.packaging;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.jspecify.annotations.Nullable;

/** What both goals share: the descriptor, what it names, and the tree that it makes. */
@SuppressWarnings("NullAway.Init")
abstract class AssemblyMojo extends AbstractMojo {
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    MavenProject project;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    MavenSession session;

    /** The version of what is ours: this plug-in's own. */
    @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
    String version;

    /** What to make. */
    @Parameter(property = "drawbore.descriptor", defaultValue = "${basedir}/distribution.yaml", required = true)
    File descriptor;

    @Component
    RepositorySystem repositories;

    @Component
    ToolchainManager toolchains;

    @Override
    public final void execute() throws MojoExecutionException {
        if (project.getArtifactId().equals("drawbore-distribution-parent")) {
            // It only hands the goals on.
            return;
        }
        try {
            make(Descriptor.read(descriptor.toPath()));
        } catch (final IOException failed) {
            throw new MojoExecutionException(failed.getMessage(), failed);
        }
    }

    abstract void make(Descriptor told) throws IOException, MojoExecutionException;

    /** The JDK that the build was told to use, or else the one that Maven runs on. */
    final Path jdk() {
        final @Nullable Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
        final String java = toolchain == null ? null : toolchain.findTool("java");
        return java == null ? Path.of(System.getProperty("java.home")) : Path.of(java).resolve("../..").normalize();
    }

    final Path target() {
        return Path.of(project.getBuild().getDirectory());
    }

    /** Where jars are found. */
    final Jars repository() {
        return new Jars(
                repositories, session.getRepositorySession(), project.getRemoteProjectRepositories(), version);
    }

    /** All jars by their path in the tree. */
    final Map<String, Artifact> jars(final Descriptor told) throws IOException {
        final Jars jars = repository();
        final Map<String, Artifact> all = new TreeMap<>();
        Jars.byName(jars.library(told)).forEach((name, jar) -> all.put("lib/" + name, jar));
        for (final var plugin : told.plugins().entrySet()) {
            Jars.byName(jars.plugin(plugin.getValue()))
                    .forEach((name, jar) -> all.put("plugins/" + plugin.getKey() + "/" + name, jar));
        }
        return all;
    }

    /** What is the same on every platform. */
    static Tree tree(final Descriptor told, final Map<String, Artifact> jars) throws IOException {
        final Tree tree = new Tree();
        for (final String program : new String[] {"drawbore", "etcd", "etcdutl"}) {
            tree.putResource("bin/" + program, "tree/bin/" + program, true);
        }
        for (final String file : new String[] {"conf/drawbore.yaml", "conf/java.security", "plugins/README"}) {
            tree.putResource(file, "tree/" + file, false);
        }
        if (!told.defaults().isEmpty()) {
            tree.put("conf/defaults.yaml", told.defaultsFile(), false);
        }
        if (!told.runtime().isEmpty()) {
            tree.put("conf/jdk-modules", String.join(",", told.runtime()) + "\n", false);
        }
        jars.forEach((path, jar) -> tree.put(path, jar.getFile().toPath()));
        return tree;
    }
}
