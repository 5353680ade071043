package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a real etcd's client printed, with everything taken out that differs from run to run: ids, ports, sizes, times
 * and the positions of the raft log. Hashes, revisions and versions stay.
 */
final class Transcript {
    private static final Pattern NUMBERS = Pattern.compile(
            "(\"(?:cluster_id|member_id|raft_term|leader|raftIndex|raftTerm|raftAppliedIndex|dbSize|dbSizeInUse|ID"
                    + "|ClusterID|MemberID|RaftTerm|Leader|RaftIndex|RaftAppliedIndex|DBSize|DBSizeInUse)"
                    + "\" ?: ?)(?:[0-9]+|\"[0-9]+\")");
    private static final Pattern MEMBER = Pattern.compile("(?m)^[0-9a-f]{12,16}, ");
    private static final Pattern TOOK = Pattern.compile("(took =?) ?[0-9.]+[a-zµ]+");
    private static final Pattern REMAINING = Pattern.compile("remaining\\([0-9]+s\\)");
    private static final Pattern TTL = Pattern.compile("(\"(?:ttl|TTL)\" ?: ?)[0-9]+");

    private Transcript() {}

    static String normalise(final String output, final ServerProcess server) {
        final String placed = output.replace(server.client(), "CLIENT")
                .replace(server.client().substring("http://".length()), "CLIENT")
                .replace(server.peer(), "PEER");
        final String numbered = NUMBERS.matcher(placed).replaceAll("$1N");
        final String named = MEMBER.matcher(numbered).replaceAll("ID, ");
        final String untimed = TOOK.matcher(named).replaceAll("$1 T");
        return TTL.matcher(REMAINING.matcher(untimed).replaceAll("remaining(T)")).replaceAll("$1T");
    }

    /** With {@code -Ddrawbore.interop.record=<folder of the resources>} a real etcd's answers are written down anew. */
    static void compare(final String name, final String actual, final ServerKind kind) {
        final String folder = System.getProperty("drawbore.interop.record");
        if (folder != null && kind == ServerKind.ETCD_3_7) {
            try {
                Files.writeString(Path.of(folder).resolve(name), actual);
            } catch (final IOException failed) {
                throw new UncheckedIOException(failed);
            }
        } else {
            assertEquals(resource(name), actual, () -> name + " against " + kind);
        }
    }

    static String resource(final String name) {
        try (InputStream in = Transcript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
