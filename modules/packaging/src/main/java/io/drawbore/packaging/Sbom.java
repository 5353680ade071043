package io.drawbore.packaging;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.StringJoiner;
import org.eclipse.aether.artifact.Artifact;

/** What an archive is made of, as CycloneDX 1.6: every jar with the digest it has in there, and the JDK. */
final class Sbom {
    private Sbom() {}

    /**
     * Lists it.
     *
     * @param java the version of the runtime
     * @param time what it says of when it was made
     */
    static String list(
            final String name,
            final String version,
            final Tree tree,
            final Map<String, Artifact> jars,
            final String java,
            final Instant time)
            throws IOException {
        final StringJoiner components = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        for (final var jar : jars.entrySet()) {
            final Tree.Content content = tree.files().get(jar.getKey());
            if (content == null) {
                throw new IllegalStateException("the tree lacks " + jar.getKey());
            }
            final Artifact artifact = jar.getValue();
            final String url = "pkg:maven/" + artifact.getGroupId() + "/" + artifact.getArtifactId() + "@"
                    + artifact.getBaseVersion() + "?type=jar";
            components.add("{\"type\": \"library\", \"bom-ref\": \"" + jar.getKey() + "\", \"group\": \""
                    + artifact.getGroupId() + "\", \"name\": \"" + artifact.getArtifactId() + "\", \"version\": \""
                    + artifact.getBaseVersion() + "\", \"purl\": \"" + url
                    + "\", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" + Checksum.sha256(content.read())
                    + "\"}]}");
        }
        components.add("{\"type\": \"framework\", \"bom-ref\": \"runtime\", \"name\": \"OpenJDK\", "
                + "\"version\": \"" + java + "\", "
                + "\"licenses\": [{\"expression\": \"GPL-2.0-only WITH Classpath-exception-2.0\"}]}");
        return """
                {
                  "bomFormat": "CycloneDX",
                  "specVersion": "1.6",
                  "version": 1,
                  "metadata": {
                    "timestamp": "%s",
                    "component": {"type": "application", "bom-ref": "%s", "name": "%s", "version": "%s"}
                  },
                  "components": %s
                }
                """
                .formatted(time, name, name, version, components);
    }
}
