package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags that say how a member gets on with other versions. */
class CompatibilityFlagsTest {
    private static Invocation.Run start(final Map<String, String> environment, final String... arguments) {
        return assertInstanceOf(Invocation.Run.class, CommandLine.parse(List.of(arguments), environment));
    }

    private static ServerConfig.Compatibility run(final String... arguments) {
        return start(Map.of(), arguments).config().compatibility();
    }

    private static List<String> mistakes(final String... arguments) {
        return assertInstanceOf(Invocation.Refused.class, CommandLine.parse(List.of(arguments), Map.of())).mistakes();
    }

    @Test
    void nothingToldIsAsInEtcd() {
        assertFalse(run().leaseCheckpoints());
        assertEquals("by-version", run().checkpointPersistence());
        assertEquals("3.7", run().emulatedVersion());
        assertEquals("3.6", run("--emulated-version=3.6").emulatedVersion());
        assertEquals("translate", run().v2Compat());
        assertEquals("reject", run("--v2-compat=reject").v2Compat());
        assertEquals("etcd", run().storageMigrator());
        assertEquals("up-only", run("--storage-migrator=up-only").storageMigrator());
    }

    @Test
    void checkpointsAreToldInTheWordsOfEachRelease() {
        assertTrue(run("--feature-gates=LeaseCheckpoint=true").leaseCheckpoints());
        assertTrue(run("--experimental-enable-lease-checkpoint").leaseCheckpoints());
        assertFalse(run("--feature-gates", "LeaseCheckpoint=false").leaseCheckpoints());
        assertTrue(start(Map.of("ETCD_FEATURE_GATES", "LeaseCheckpoint=1"))
                .config()
                .compatibility()
                .leaseCheckpoints());
        assertEquals(
                "always",
                run("--feature-gates=LeaseCheckpoint=true, LeaseCheckpointPersist=true").checkpointPersistence());
        assertEquals(
                "always",
                run("--experimental-enable-lease-checkpoint", "--experimental-enable-lease-checkpoint-persist")
                        .checkpointPersistence());
    }

    @ParameterizedTest
    @CsvSource({
        "--lease-checkpoint-persist, always",
        "--lease-checkpoint-persist=true, always",
        "--lease-checkpoint-persist=false, by-version",
        "--lease-checkpoint-persist=always, always",
        "--lease-checkpoint-persist=a-plug-ins, a-plug-ins"
    })
    void whatIsKeptIsABooleanOrAName(final String argument, final String name) {
        assertEquals(name, run(argument).checkpointPersistence());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--feature-gates=Unheard=true|unrecognized feature gate: Unheard",
                "--feature-gates=LeaseCheckpoint|missing bool value for LeaseCheckpoint",
                "--feature-gates=LeaseCheckpointPersist=true|"
                        + "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint",
                "--experimental-enable-lease-checkpoint-persist|setting experimental-enable-lease-checkpoint-persist"
                        + " requires experimental-enable-lease-checkpoint",
            })
    void aWrongValueIsRefused(final String argument, final String mistake) {
        assertEquals(List.of(mistake), mistakes(argument));
    }

    @Test
    void aGateThatIsNoBooleanIsRefused() {
        assertTrue(mistakes("--feature-gates=LeaseCheckpoint=maybe")
                .getFirst()
                .startsWith("invalid value of LeaseCheckpoint=maybe, err: "));
    }

    @Test
    void aGateThatChangesNothingIsSaid() {
        final Invocation.Run run = start(Map.of(), "--feature-gates=CompactHashCheck=true");
        assertTrue(run.notices().stream().anyMatch(notice -> notice.toString().contains("CompactHashCheck")));
    }
}
