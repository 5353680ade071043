package io.drawbore.config.internal;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a configuration file holds, it is settings or mistakes that name the file. */
class ConfigFileFuzzTest {
    @TempDir
    Path folder;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "name: 007\ndata-dir: /tmp/x\npre-vote: yes\nwarning-apply-duration: 100\n",
                        "listen-client-urls: http://127.0.0.1:2379\nlog-outputs: [stderr, 'a']\nmax-wals: 0x1_0\n",
                        "{\"name\": \"a\", \"initial-cluster\": \"a=http://a:2380\", \"initial-cluster-state\": null}",
                        "# nothing\n",
                        "a: &x {b: *x}\n",
                        "? &k [[*k]]\n: v\n",
                        "x: &a [1,1]\ny: &b [*a,*a]\nz: [*b,*b]\n",
                        "!!binary name: |\n  x\n",
                        "--- a\n--- b\n...\n%YAML 9.9\n",
                        "name: >-\n  \u2713\n  \t\nname: twice\n",
                        "name: \"\\x00\\uD800\"\n",
                        "[".repeat(20_000),
                        "a: ".repeat(20_000))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aFileIsReadOrItsMistakesAreNamed(final byte[] data) throws IOException {
        final Path file = folder.resolve("drawbore.yaml");
        Files.write(file, data);
        final var mistakes = new Mistakes();
        final Settings settings = ConfigFile.read(file.toString(), mistakes);
        for (final String mistake : mistakes.lines()) {
            assertTrue(mistake.contains("drawbore.yaml"), mistake);
        }
        assertNotNull(new ServerConfigReader(settings, mistakes, new ArrayList<>()).read());
    }
}
