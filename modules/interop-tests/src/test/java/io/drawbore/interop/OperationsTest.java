package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does what docs/OPERATIONS.md says, as it is written there: a section's {@code sh} blocks in their order, in a clean
 * folder and one bash, after those of the section about the cluster of the examples. What a {@code text} block below
 * one shows is what it must print.
 */
@Tag("full")
class OperationsTest {
    private static final Path DOCUMENT = Path.of("../../docs/OPERATIONS.md");

    /** The section that the others begin with. */
    private static final String CLUSTER = "The cluster of the examples";

    private static final long MINUTES = 8;

    @TempDir
    Path folder;

    /** The blocks of each section that has any. */
    private static Map<String, List<WrittenSteps.Block>> sections() {
        return WrittenSteps.of(DOCUMENT).stream()
                .collect(Collectors.groupingBy(
                        WrittenSteps.Block::section, LinkedHashMap::new, Collectors.toList()));
    }

    static Stream<String> procedures() {
        return sections().keySet().stream().filter(section -> !section.equals(CLUSTER));
    }

    @Test
    void upgradesDowngradesAndTheWaysBackAreDescribed() {
        final String all = procedures().collect(Collectors.joining("; "));
        assertAll(Stream.of("Upgrading", "Downgrading", "Taking back a downgrade", "Rolling back an upgrade")
                .map(title -> () -> assertTrue(all.contains(title), () -> title + " is not in " + all)));
    }

    private static String ports(final List<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static Map<String, String> environment() {
        final List<Integer> ports = FreePorts.take(6);
        final var environment = new HashMap<>(Map.of(
                "DRAWBORE", ServerKind.DRAWBORE.program().toString(),
                "ETCD_3_5", ServerKind.ETCD_3_5.program().toString(),
                "ETCD_3_6", ServerKind.ETCD_3_6.program().toString(),
                "ETCD_3_7", ServerKind.ETCD_3_7.program().toString(),
                "ETCDCTL", Programs.go("etcdctl-3.7").toString(),
                "CLIENT_PORTS", ports(ports.subList(0, 3)),
                "PEER_PORTS", ports(ports.subList(3, 6))));
        environment.putAll(Ran.PATIENT);
        return environment;
    }

    @ParameterizedTest
    @MethodSource("procedures")
    void whatIsWrittenCanBeDone(final String section) throws IOException, InterruptedException {
        for (final String tool : List.of("bash", "curl", "awk")) {
            if (Ran.command(List.of("sh", "-c", "command -v " + tool), "", Ran.PATIENCE).exitCode() != 0) {
                abort(tool + " is missing");
            }
        }
        final var blocks = new ArrayList<>(sections().getOrDefault(CLUSTER, List.of()));
        blocks.addAll(sections().get(section));
        WrittenSteps.follow(
                blocks,
                Files.createDirectory(folder.resolve("clean")),
                Files.createDirectory(folder.resolve("steps")),
                environment(),
                MINUTES);
    }
}
