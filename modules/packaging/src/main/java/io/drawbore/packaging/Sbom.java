package io.drawbore.packaging;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.eclipse.aether.artifact.Artifact;

/**
 * What an archive is made of, as CycloneDX 1.6: every jar with the digest it has in there and the licenses that its
 * project names, and the JDK.
 */
final class Sbom {
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
        return JSON.toJson(all) + "\n";
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
        final JsonObject runtime = component("framework", "runtime", "OpenJDK", java);
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
