package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is told, a member starts with it or every mistake is named in a line of its own. */
class CommandLineFuzzTest {
    /** A line is an argument, or a variable where it begins with ETCD_. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "--name=x\n--data-dir\n/tmp/x\n-pre-vote\n--\n",
                        "--listen-client-urls=http://127.0.0.1:2379,http://[::1]:2379\n"
                                + "--advertise-client-urls=http://a:1",
                        "--initial-cluster=a=http://a:2380,b=http://b:2380,a=http://c:1\n--name=a",
                        "--heartbeat-interval=1_0\n--election-timeout=0x7fff\n--max-txn-ops=0b11\n--max-wals=017",
                        "--warning-apply-duration=1h2m3.5s\n--warning-unary-request-duration=-.5us",
                        "--listen-peer-urls=unix://x:1\n--log-level=warn\n--log-outputs=stderr,default",
                        "ETCD_NAME=y\nETCD_INITIAL_CLUSTER_STATE=existing\nETCD_PORT=tcp://1.2.3.4:5\nETCD_VERSION=1",
                        "--name=a\nETCD_NAME=b\n--wal-dir=\0\n--help",
                        "--config-file=\0",
                        "--version",
                        "---x\n-=\nx\n-unknown\ny",
                        "--max-wals=" + "0_7".repeat(5_000))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aMemberStartsOrEveryMistakeIsNamed(final byte[] data) {
        final List<String> arguments = new ArrayList<>();
        final Map<String, String> environment = new HashMap<>();
        for (final String line : new String(data, StandardCharsets.UTF_8).split("\n", -1)) {
            final int equals = line.indexOf('=');
            if (line.startsWith("ETCD_") && equals > 0) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            } else {
                arguments.add(line);
            }
        }
        if (namesAFile(arguments, environment)) {
            return;
        }
        switch (CommandLine.parse(arguments, environment)) {
            case Invocation.Run run -> assertNotNull(run.config().bootstrapMistakes());
            case Invocation.Refused refused -> {
                assertFalse(refused.mistakes().isEmpty());
                for (final String mistake : refused.mistakes()) {
                    assertTrue(!mistake.isEmpty() && mistake.indexOf('\n') < 0, mistake);
                }
            }
            case Invocation.ShowHelp help -> assertFalse(help.text().isEmpty());
            case Invocation.ShowVersion version -> assertNotNull(version);
        }
    }

    /** Files of this machine are not read; a name that no file can have is fine. */
    private static boolean namesAFile(final List<String> arguments, final Map<String, String> environment) {
        return Stream.concat(arguments.stream(), environment.entrySet().stream().map(Object::toString))
                .anyMatch(told -> told.replace('_', '-').toLowerCase(java.util.Locale.ROOT).contains("config-file")
                        && told.indexOf('\0') < 0);
    }
}
