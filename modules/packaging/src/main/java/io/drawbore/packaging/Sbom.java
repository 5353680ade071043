package io.drawbore.packaging;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.aether.artifact.Artifact;

/**
 * What an archive is made of, as CycloneDX 1.6: every jar with the digest it has in there and the licenses that its
 * project names, the JDK, and which of them needs which.
 */
final class Sbom {
    /** Its reference, the folder that it lies in. */
    private static final String RUNTIME = "runtime";

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Jars repository;
    private final Instant time;

    /**
     * For lists that are made of what one build assembles.
     *
     * @param repository has the jars' projects
     * @param time what a list says of when it was made
     */
    Sbom(final Jars repository, final Instant time) {
        this.repository = repository;
        this.time = time;
    }

    /**
     * Lists it.
     *
     * @param java the version of the runtime
     */
    String list(
            final String name,
            final String version,
            final Tree tree,
            final Map<String, Artifact> jars,
            final String java)
            throws IOException {
        final JsonArray components = new JsonArray();
        for (final var jar : jars.entrySet()) {
            final Tree.Content content = tree.files().get(jar.getKey());
            if (content == null) {
                throw new IllegalStateException("the tree lacks " + jar.getKey());
            }
            components.add(library(jar.getKey(), jar.getValue(), Checksum.sha256(content.read())));
        }
        components.add(runtime(java));
        final JsonObject metadata = new JsonObject();
        metadata.addProperty("timestamp", time.toString());
        metadata.add("component", component("application", name, name, version));
        final JsonObject all = new JsonObject();
        all.addProperty("bomFormat", "CycloneDX");
        all.addProperty("specVersion", "1.6");
        all.addProperty("version", 1);
        all.add("metadata", metadata);
        all.add("components", components);
        all.add("dependencies", dependencies(name, jars));
        return JSON.toJson(all) + "\n";
    }

    /** The whole needs what no part of it does. */
    private JsonArray dependencies(final String name, final Map<String, Artifact> jars) throws IOException {
        final Set<String> roots = new TreeSet<>(jars.keySet());
        roots.add(RUNTIME);
        final Map<String, String> paths = new HashMap<>();
        jars.forEach((path, jar) -> paths.put(folder(path) + "/" + Jars.key(jar), path));
        final JsonArray all = new JsonArray();
        for (final var jar : jars.entrySet()) {
            final Set<String> needed = needs(folder(jar.getKey()), jar.getValue(), paths);
            roots.removeAll(needed);
            all.add(node(jar.getKey(), needed));
        }
        all.add(node(RUNTIME, Set.of()));
        all.add(node(name, roots));
        return all;
    }

    /** As its project says it: what lies in the same folder or else with the host. What was left out is not there. */
    private Set<String> needs(final String folder, final Artifact artifact, final Map<String, String> paths)
            throws IOException {
        return repository.needs(artifact).stream()
                .map(key -> paths.getOrDefault(folder + "/" + key, paths.get("lib/" + key)))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String folder(final String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static JsonObject node(final String reference, final Set<String> needed) {
        final JsonArray all = new JsonArray();
        needed.forEach(all::add);
        final JsonObject node = new JsonObject();
        node.addProperty("ref", reference);
        node.add("dependsOn", all);
        return node;
    }

    private JsonObject library(final String path, final Artifact artifact, final String digest) throws IOException {
        final JsonObject library =
                component("library", path, artifact.getArtifactId(), artifact.getBaseVersion());
        library.addProperty("group", artifact.getGroupId());
        library.addProperty(
                "purl",
                "pkg:maven/" + artifact.getGroupId() + "/" + artifact.getArtifactId() + "@"
                        + artifact.getBaseVersion() + "?type=jar");
        final JsonObject hash = new JsonObject();
        hash.addProperty("alg", "SHA-256");
        hash.addProperty("content", digest);
        library.add("hashes", listOf(hash));
        final JsonArray licenses = new JsonArray();
        for (final var license : repository.licenses(artifact).entrySet()) {
            final JsonObject named = new JsonObject();
            named.addProperty("name", license.getKey());
            if (!license.getValue().isEmpty()) {
                named.addProperty("url", license.getValue());
            }
            licenses.add(wrapped("license", named));
        }
        if (!licenses.isEmpty()) {
            library.add("licenses", licenses);
        }
        return library;
    }

    private static JsonObject runtime(final String java) {
        final JsonObject runtime = component("framework", RUNTIME, "OpenJDK", java);
        runtime.addProperty("purl", "pkg:generic/openjdk@" + java);
        final JsonObject license = new JsonObject();
        license.addProperty("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
        runtime.add("licenses", listOf(license));
        return runtime;
    }

    private static JsonObject component(
            final String type, final String reference, final String name, final String version) {
        final JsonObject component = new JsonObject();
        component.addProperty("type", type);
        component.addProperty("bom-ref", reference);
        component.addProperty("name", name);
        component.addProperty("version", version);
        return component;
    }

    private static JsonObject wrapped(final String key, final JsonObject value) {
        final JsonObject wrapper = new JsonObject();
        wrapper.add(key, value);
        return wrapper;
    }

    private static JsonArray listOf(final JsonObject only) {
        final JsonArray list = new JsonArray();
        list.add(only);
        return list;
    }
}
