package io.drawbore.packaging;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactDescriptorResult;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;

/**
 * Finds what a descriptor names, with all that it needs, where Maven finds a project's dependencies: in the build at
 * hand, in the local repository, in the remote ones.
 */
final class Jars {
    private static final String GROUP = "io.drawbore";
    private static final String LAUNCHER = "drawbore-launcher";

    /** What the launcher brings along though a member can do without: in only where a descriptor names it. */
    private static final Set<String> CHOSEN =
            Set.of("drawbore-backend-sqlite", "drawbore-backend-memory", "drawbore-v2compat", "drawbore-migrator");

    /** Scopes of what is there when it runs. */
    private static final Set<String> RUNTIME = Set.of("", "compile", "runtime");

    private final RepositorySystem system;
    private final RepositorySystemSession session;
    private final List<RemoteRepository> remote;
    private final String version;

    /** Projects that have been read: more than one thing is asked of each. */
    private final Map<Artifact, ArtifactDescriptorResult> described = new HashMap<>();

    /** Where to look, and of which version what is ours has to be. */
    Jars(
            final RepositorySystem system,
            final RepositorySystemSession session,
            final List<RemoteRepository> remote,
            final String version) {
        this.system = system;
        this.session = session;
        this.remote = List.copyOf(remote);
        this.version = version;
    }

    /** What lies in {@code lib}. */
    Collection<Artifact> library(final Descriptor descriptor) throws IOException {
        final List<Artifact> roots = new ArrayList<>();
        roots.add(ours(LAUNCHER));
        for (final String module : descriptor.modules()) {
            roots.add(module.contains(":") ? artifact(module) : ours("drawbore-" + module));
        }
        final Set<String> named = roots.stream().map(Artifact::getArtifactId).collect(Collectors.toSet());
        final List<Exclusion> leftOut = CHOSEN.stream()
                .filter(choice -> !named.contains(choice))
                .sorted()
                .map(choice -> new Exclusion(GROUP, choice, "*", "*"))
                .toList();
        return resolve(roots, leftOut, managed());
    }

    /** What lies in a plug-in's folder: the plug-in and what is its own; of ours it uses what the host has. */
    Collection<Artifact> plugin(final String coordinates) throws IOException {
        return resolve(
                List.of(artifact(coordinates)), List.of(new Exclusion(GROUP, "*", "*", "*")), List.of());
    }

    private Artifact ours(final String id) {
        return new DefaultArtifact(GROUP, id, "jar", version);
    }

    private static Artifact artifact(final String coordinates) throws IOException {
        final String[] parts = coordinates.split(":", -1);
        if (parts.length != 3) {
            throw new IOException("\"" + coordinates + "\" is not of the form group:artifact:version");
        }
        return new DefaultArtifact(parts[0], parts[1], "jar", parts[2]);
    }

    /** The versions of the launcher's own build, which hold for all that lies beside it. */
    private List<Dependency> managed() throws IOException {
        return described(ours(LAUNCHER)).getManagedDependencies();
    }

    private ArtifactDescriptorResult described(final Artifact artifact) throws IOException {
        final ArtifactDescriptorResult before = described.get(artifact);
        return before == null ? read(artifact) : before;
    }

    private ArtifactDescriptorResult read(final Artifact artifact) throws IOException {
        try {
            final ArtifactDescriptorResult read =
                    system.readArtifactDescriptor(session, new ArtifactDescriptorRequest(artifact, remote, null));
            described.put(artifact, read);
            return read;
        } catch (final ArtifactDescriptorException missing) {
            throw new IOException(missing.getMessage(), missing);
        }
    }

    /** What an artifact's project says that it needs where it runs, as {@code group:artifact}. */
    List<String> needs(final Artifact artifact) throws IOException {
        return described(artifact).getDependencies().stream()
                .filter(one -> !one.isOptional() && RUNTIME.contains(one.getScope()))
                .map(one -> key(one.getArtifact()))
                .toList();
    }

    /** {@code group:artifact}. */
    static String key(final Artifact artifact) {
        return artifact.getGroupId() + ":" + artifact.getArtifactId();
    }

    /** The names of an artifact's licenses, and their addresses where its project says them. */
    Map<String, String> licenses(final Artifact artifact) throws IOException {
        final Map<String, Object> told = described(artifact).getProperties();
        final Map<String, String> licenses = new LinkedHashMap<>();
        for (int i = 0; told.get("license." + i + ".name") instanceof String name; i++) {
            licenses.put(name, told.get("license." + i + ".url") instanceof String url ? url : "");
        }
        return licenses;
    }

    private Collection<Artifact> resolve(
            final List<Artifact> roots, final List<Exclusion> leftOut, final List<Dependency> managed)
            throws IOException {
        try {
            final CollectRequest wanted = new CollectRequest()
                    .setDependencies(roots.stream()
                            .map(root -> new Dependency(root, "runtime", false, leftOut))
                            .toList())
                    .setRepositories(remote)
                    .setManagedDependencies(managed);
            // Maven's session leaves out by itself what is optional, provided or for tests.
            return system.resolveDependencies(session, new DependencyRequest(wanted, null))
                    .getArtifactResults()
                    .stream()
                    .map(ArtifactResult::getArtifact)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (final DependencyResolutionException missing) {
            throw new IOException(missing.getMessage(), missing);
        }
    }

    /** Each one's file by its name in a folder. */
    static Map<String, Artifact> byName(final Collection<Artifact> jars) {
        return jars.stream()
                .filter(jar -> "jar".equals(jar.getExtension()))
                .collect(Collectors.toMap(
                        jar -> Stream.of(jar.getArtifactId(), jar.getBaseVersion(), jar.getClassifier())
                                        .filter(part -> !part.isEmpty())
                                        .collect(Collectors.joining("-"))
                                + ".jar",
                        jar -> jar,
                        (one, other) -> one));
    }
}
