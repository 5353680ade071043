package io.drawbore.tools;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a command line is, it is read or refused in words, and there is a usage to show. */
class ArgumentsFuzzTest {
    /** Words end where a zero stands. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "hashkv\0file\0--rev=3\0-w\0json",
                        "-wtable\0snap\0status\0--\0--file",
                        "help\0wal\0dump",
                        "\0",
                        "-\0--\0-=\0--=\0--rev\0",
                        "--timeout=1h2.5m\0--force=maybe")
                .map(line -> line.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aCommandLineIsReadOrRefused(byte[] data) {
        List<String> line = List.of(new String(data, StandardCharsets.UTF_8).split("\0", -1));
        try {
            Arguments arguments = Arguments.parse("etcdutl", line);
            assertTrue(arguments.operands().size() <= line.size());
            assertFalse(Usage.of("etcdutl", arguments.group()).isEmpty());
            assertTrue(arguments.number(Flag.REV) <= Long.MAX_VALUE);
        } catch (ToolException refused) {
            assertFalse(String.valueOf(refused.getMessage()).isEmpty());
        }
    }
}
