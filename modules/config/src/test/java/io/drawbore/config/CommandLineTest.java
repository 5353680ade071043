package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    Path folder;

    @Test
    void nothingToldIsTheDefaultMember() {
        final ServerConfig config = run();
        assertEquals("default", config.name());
        assertEquals(Path.of("default.etcd"), config.storage().dataDir());
        assertEquals(Path.of("default.etcd/member/wal"), config.storage().walDir());
        assertEquals(List.of(URI.create("http://localhost:2379")), config.urls().listenClient());
        assertEquals(
                Map.of("default", List.of(URI.create("http://localhost:2380"))),
                config.bootstrap().initialCluster());
        assertEquals(10, config.raft().electionTicks());
        assertEquals(4294967295L, config.limits().maxConcurrentStreams());
        assertEquals(Duration.ofMillis(300), config.warnings().unaryRequest());
        assertEquals(List.of("stderr"), config.logging().outputs());
        assertTrue(config.storage().fsync());
        assertEquals(List.of(), config.bootstrapMistakes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-name x", "--name x", "-name=x", "--name=x", "--name y --name x", "--name=x --"})
    void aValueFollowsAsGoAllows(final String line) {
        assertEquals("x", run(line.split(" ")).name());
    }

    @Test
    void aValueMayHoldEqualsSignsOrBeginWithADash() {
        assertEquals("a=b", run("--name=a=b").name());
        assertEquals("-a", run("--name", "-a").name());
    }

    @ParameterizedTest
    @CsvSource({"--pre-vote,true", "-pre-vote,true", "--pre-vote=true,true", "--pre-vote=false,false",
        "--pre-vote=0,false"})
    void aBooleanMayStandAlone(final String argument, final boolean value) {
        assertEquals(value, run(argument).raft().preVote());
    }

    @Test
    void aBooleanTakesNoSecondArgument() {
        assertRefused(1, List.of("\"false\" is not a valid flag"), "--pre-vote", "false");
    }

    @Test
    void thePositionalArgumentIsRefusedWithEtcdsWords() {
        assertRefused(1, List.of("\"x\" is not a valid flag"), "x");
        assertRefused(1, List.of("\"--name\" is not a valid flag"), "--", "--name");
        assertRefused(1, List.of("\"-\" is not a valid flag"), "-");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nonsense|flag provided but not defined: -nonsense",
        "--nonsense=1|flag provided but not defined: -nonsense",
        "--experimental-initial-corrupt-check|flag provided but not defined: -experimental-initial-corrupt-check",
        "---name=x|bad flag syntax: ---name=x",
        "--=x|bad flag syntax: --=x",
        "--name|flag needs an argument: -name",
        "--pre-vote=maybe|invalid boolean value \"maybe\" for -pre-vote: parse error",
        "--max-wals=-1|invalid value \"-1\" for flag -max-wals: parse error",
        "--max-concurrent-streams=4294967296|invalid value \"4294967296\" for flag -max-concurrent-streams: "
                + "value out of range",
        "--warning-apply-duration=5|invalid value \"5\" for flag -warning-apply-duration: parse error",
        "--initial-cluster-state=old|invalid value \"old\" for flag -initial-cluster-state: invalid value "
                + "\"old\", expected new or existing",
        "--initial-cluster=a|invalid value \"a\" for flag -initial-cluster: expected name=URL, got \"a\"",
        "--listen-peer-urls=localhost:1|invalid value \"localhost:1\" for flag -listen-peer-urls: URL scheme "
                + "must be http, https, unix, or unixs: localhost:1",
        "--listen-peer-urls=http://a|invalid value \"http://a\" for flag -listen-peer-urls: URL address does "
                + "not have the form \"host:port\": http://a",
        "--listen-peer-urls=http://a:1/b|invalid value \"http://a:1/b\" for flag -listen-peer-urls: URL must "
                + "not contain a path: http://a:1/b",
        "--listen-peer-urls=http://a:70000|invalid value \"http://a:70000\" for flag -listen-peer-urls: URL "
                + "port must be a number from 0 to 65535: http://a:70000",
    })
    void aWrongCommandLineExitsWithTwo(final String argument, final String mistake) {
        assertRefused(2, List.of(mistake), argument);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--listen-peer-urls=http://example.com:1|--listen-peer-urls: expected IP in URL for binding "
                + "(http://example.com:1)",
        "--listen-metrics-urls=https://127.0.0.1:1|--listen-metrics-urls: cannot listen on TLS for "
                + "https://127.0.0.1:1: KeyFile and CertFile are not presented",
        "--listen-metrics-urls=unix://a:1|--listen-metrics-urls: cannot listen on unix://a:1: this version serves "
                + "http://",
        "--listen-peer-urls=unixs://a:1|--listen-peer-urls: cannot listen on unixs://a:1: this version serves "
                + "http:// and unix://",
        "--listen-client-urls=http://127.0.0.1:1|--advertise-client-urls is required when --listen-client-urls "
                + "is set explicitly",
        "--initial-advertise-peer-urls=http://:1|--initial-advertise-peer-urls \"http://:1\" must be "
                + "\"host:port\" (unexpected empty host (http://:1))",
        "--heartbeat-interval=0|--heartbeat-interval must be >0 (set to 0ms)",
        "--heartbeat-interval=201|--election-timeout[1000ms] should be at least as 5 times as "
                + "--heartbeat-interval[201ms]",
        "--election-timeout=50001|--election-timeout[50001ms] is too long, and should be set less than 50000ms",
        "--election-timeout=0|--election-timeout must be >0 (set to 0ms)",
        "--snapshot-count=0|--snapshot-count must be >0 (set to 0)",
        "--max-request-bytes=2000000000|--max-request-bytes must be at most 1073741823 (set to 2000000000)",
        "--log-level=loud|unknown --log-level \"loud\", supported values: debug, info, warn, error, dpanic, "
                + "panic, fatal",
        "--log-format=xml|unknown --log-format \"xml\", supported values: json, console",
        "--log-outputs=default,x.log|multi logoutput for \"default\" is not supported yet",
        "--logger=capnslog|unknown logger option \"capnslog\"",
        "--name=|--name must not be empty",
    })
    void aWrongSettingExitsWithOne(final String argument, final String mistake) {
        assertRefused(1, List.of(mistake), argument);
    }

    @Test
    void allMistakesAreReportedTogether() {
        final var refused = assertInstanceOf(
                Invocation.Refused.class,
                CommandLine.parse(
                        List.of("--nonsense", "value", "--max-wals=x", "--pre-vote=x", "--election-timeout", "10", "y"),
                        Map.of("ETCD_MAX_TXN_OPS", "many", "ETCD_ELECTION_TIMEOUT", "20")));
        assertEquals(
                List.of(
                        "flag provided but not defined: -nonsense",
                        "invalid value \"x\" for flag -max-wals: parse error",
                        "invalid boolean value \"x\" for -pre-vote: parse error",
                        "\"y\" is not a valid flag",
                        "conflicting environment variable \"ETCD_ELECTION_TIMEOUT\" is shadowed by corresponding "
                                + "command-line flag (either unset environment variable or disable flag)",
                        "invalid value \"many\" for ETCD_MAX_TXN_OPS: parse error",
                        "--election-timeout[10ms] should be at least as 5 times as --heartbeat-interval[100ms]"),
                refused.mistakes());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void variablesAreFlags() {
        final var run = assertInstanceOf(
                Invocation.Run.class,
                CommandLine.parse(
                        List.of("--data-dir=/d"),
                        Map.of("ETCD_NAME", "x", "ETCD_PRE_VOTE", "false", "ETCD_MAX_WALS", "", "HOME", "/")));
        assertEquals("x", run.config().name());
        assertFalse(run.config().raft().preVote());
        assertEquals(5, run.config().storage().maxWals());
        assertEquals(List.of(), run.notices());
    }

    @Test
    void anEmptyVariableBesideItsFlagIsAConflict() {
        final var refused = assertInstanceOf(
                Invocation.Refused.class, CommandLine.parse(List.of("--name=x"), Map.of("ETCD_NAME", "")));
        assertEquals(1, refused.exitCode());
    }

    @Test
    void unknownVariablesAreOnlyNoticed() {
        final var run = assertInstanceOf(
                Invocation.Run.class,
                CommandLine.parse(
                        List.of("--name=x", "--data-dir=/d"),
                        Map.of("ETCD_PORT_2379_TCP", "tcp://10.0.0.1:2379", "ETCD_VERSION", "3")));
        assertEquals(
                List.of(
                        new Invocation.Notice(
                                "unrecognized environment variable",
                                "environment-variable",
                                "ETCD_PORT_2379_TCP=tcp://10.0.0.1:2379"),
                        new Invocation.Notice("cannot set special environment variable", "key", "ETCD_VERSION")),
                run.notices());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "-help", "--name=x --help --nonsense"})
    void helpIsShown(final String line) {
        assertInstanceOf(Invocation.ShowHelp.class, CommandLine.parse(List.of(line.split(" ")), Map.of()));
    }

    @Test
    void theVersionIsShownUnlessTheCommandLineIsWrong() {
        assertInstanceOf(
                Invocation.ShowVersion.class,
                CommandLine.parse(List.of("--version", "--name=x"), Map.of("ETCD_NAME", "y")));
        assertRefused(2, List.of("flag provided but not defined: -nonsense"), "--version", "--nonsense");
        assertRefused(1, List.of("\"x\" is not a valid flag"), "--version", "x");
    }

    @Test
    void aFileReplacesFlagsAndVariables() throws IOException {
        final Path file = file("""
                name: 007
                data-dir: /data
                listen-client-urls: http://127.0.0.1:1,http://127.0.0.1:2
                advertise-client-urls: http://db:1
                strict-reconfig-check: off
                max-learners: 3
                learner-auto-promote: true
                warning-apply-duration: 250000000
                warning-unary-request-duration: 2s
                log-outputs: [stdout, /var/log/x.log]
                max-wals: null
                wal-dir:
                """);
        final Invocation invocation = CommandLine.parse(
                List.of("--name=ignored", "--config-file", file.toString()),
                Map.of("ETCD_NAME", "ignored", "ETCD_MAX_TXN_OPS", "1"));
        final var run = assertInstanceOf(Invocation.Run.class, invocation, invocation::toString);
        assertEquals("007", run.config().name());
        assertEquals(2, run.config().urls().listenClient().size());
        assertFalse(run.config().raft().strictReconfigCheck());
        assertEquals(3, run.config().raft().maxLearners());
        assertTrue(run.config().raft().learnerAutoPromote());
        assertEquals(Duration.ofMillis(250), run.config().warnings().apply());
        assertEquals(Duration.ofSeconds(2), run.config().warnings().unaryRequest());
        assertEquals(List.of("/var/log/x.log", "stdout"), run.config().logging().outputs());
        assertEquals(5, run.config().storage().maxWals());
        assertEquals(Path.of("/data/member/wal"), run.config().storage().walDir());
        assertEquals(128, run.config().limits().maxTxnOps());
        assertEquals(file.toString(), run.notices().getFirst().value());
    }

    @Test
    void aFileMayBeJsonAndNamedByItsVariable() throws IOException {
        final Path file = file("{\"name\": \"x\", \"pre-vote\": false,\t\"max-txn-ops\": 9}");
        final var run = assertInstanceOf(
                Invocation.Run.class, CommandLine.parse(List.of(), Map.of("ETCD_CONFIG_FILE", file.toString())));
        assertEquals("x", run.config().name());
        assertEquals(9, run.config().limits().maxTxnOps());
        assertFalse(run.config().raft().preVote());
    }

    @Test
    void allMistakesOfAFileAreReportedTogether() throws IOException {
        final Path file = file("""
                nmae: x
                version: true
                max-wals: [1]
                pre-vote: maybe
                election-timeout: 10
                """);
        final String in = " in configuration file " + file;
        assertRefused(
                1,
                List.of(
                        "unknown key \"nmae\"" + in,
                        "unknown key \"version\"" + in,
                        "invalid value for key \"max-wals\"" + in + ": expected a single value",
                        "invalid value \"maybe\" for key \"pre-vote\"" + in + ": parse error",
                        "--election-timeout[10ms] should be at least as 5 times as --heartbeat-interval[100ms]"),
                "--config-file=" + file);
    }

    @Test
    void anEmptyFileIsTheDefaultMember() throws IOException {
        assertEquals("default", run("--config-file=" + file("# nothing\n")).name());
    }

    @Test
    void aFileThatCannotBeReadIsOneLine() throws IOException {
        final Path missing = folder.resolve("missing");
        assertRefused(1, List.of("configuration file " + missing + " does not exist"), "--config-file=" + missing);
        final Path list = file("- a\n");
        assertRefused(
                1,
                List.of("configuration file " + list + " must hold one map of flags' names and values"),
                "--config-file=" + list);
        final Path twice = file("name: a\nname: b\n");
        assertRefused(
                1,
                List.of("configuration file " + twice + " line 2, column 1: found duplicate key name"),
                "--config-file=" + twice);
        final Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertRefused(1, List.of("configuration file " + binary + " is not UTF-8 text"), "--config-file=" + binary);
    }

    @Test
    void urlsAreSortedAndWithoutDoubles() {
        final ServerConfig config = run(
                "--listen-client-urls=http://127.0.0.1:2, http://[::1]:1,http://127.0.0.1:2",
                "--advertise-client-urls=https://my_host:1,http://a.example:2");
        assertEquals(
                List.of(URI.create("http://127.0.0.1:2"), URI.create("http://[::1]:1")), config.urls().listenClient());
        assertEquals(
                List.of(URI.create("http://a.example:2"), URI.create("https://my_host:1")),
                config.urls().advertiseClient());
    }

    @Test
    void theInitialClusterMustHoldThisMember() {
        assertEquals(
                List.of("couldn't find local name \"default\" in the initial cluster configuration"),
                run("--initial-cluster=a=http://localhost:2380").bootstrapMistakes());
        assertEquals(
                List.of("--initial-cluster has default=http://a:1 but missing from "
                        + "--initial-advertise-peer-urls=http://localhost:2380"),
                run("--initial-cluster=default=http://a:1,default=http://localhost:2380").bootstrapMistakes());
        assertEquals(
                List.of("--initial-advertise-peer-urls has default=http://a:1 but missing from "
                        + "--initial-cluster=default=http://b:1"),
                run("--initial-advertise-peer-urls=http://a:1,http://b:1", "--initial-cluster=default=http://b:1")
                        .bootstrapMistakes());
        assertEquals(
                List.of("initial cluster default=http://localhost:2380,b=http://localhost:2380 has duplicate url"),
                run("--initial-cluster=default=http://localhost:2380,b=http://localhost:2380").bootstrapMistakes());
    }

    @Test
    void whoJoinsNeedsNoMatchingAdvertisedUrls() {
        assertEquals(
                List.of(),
                run("--initial-cluster-state=existing", "--initial-cluster=default=http://a:1").bootstrapMistakes());
    }

    @Test
    void aConfigFileThatNestsWithoutEndIsAMistakeAndNoStackOverflow() throws IOException {
        final Path nested = file("name: " + "[".repeat(20_000));
        assertRefused(
                1,
                List.of("configuration file " + nested + " nests more than 50 maps and lists"),
                "--config-file=" + nested);
    }

    @Test
    void aConfigFileWithANameThatNoFileCanHaveIsAMistake() {
        assertRefused(1, List.of("--config-file is no path: Nul character not allowed"), "--config-file=a\0b");
    }

    private Path file(final String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "config", ".yaml"), text);
    }

    private static ServerConfig run(final String... arguments) {
        final Invocation invocation = CommandLine.parse(List.of(arguments), Map.of());
        return assertInstanceOf(Invocation.Run.class, invocation, invocation::toString).config();
    }

    private static void assertRefused(final int exitCode, final List<String> mistakes, final String... arguments) {
        final var refused = assertInstanceOf(
                Invocation.Refused.class, CommandLine.parse(List.of(arguments), Map.of()));
        assertEquals(mistakes, refused.mistakes());
        assertEquals(exitCode, refused.exitCode());
    }
}
