package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags that say which plug-ins are loaded and what they are told. */
class PluginFlagsTest {
    @TempDir
    Path folder;

    private static ServerConfig.PluginChoice run(final String... arguments) {
        return assertInstanceOf(Invocation.Run.class, CommandLine.parse(List.of(arguments), Map.of()))
                .config()
                .plugins();
    }

    private static List<String> mistakes(final String... arguments) {
        return assertInstanceOf(Invocation.Refused.class, CommandLine.parse(List.of(arguments), Map.of())).mistakes();
    }

    @Test
    void nothingToldIsAllOfTheOwnFolder() {
        assertEquals(ServerConfig.PluginChoice.byDefault(), run());
    }

    @Test
    void someAreNamed() {
        assertEquals(new ServerConfig.Selection.All(), run("--plugins=all").selection());
        assertEquals(new ServerConfig.Selection.None(), run("--plugins=none").selection());
        assertEquals(new ServerConfig.Selection.Named(List.of("a", "b")), run("--plugins=b,a").selection());
        assertEquals(Optional.of(Path.of("/x")), run("--plugins-dir=/x").folder());
    }

    @Test
    void aVariableSaysTheSame() {
        final Map<String, String> variables = Map.of("ETCD_PLUGINS", "none", "ETCD_PLUGIN_CONFIG", "a.b=c");
        final ServerConfig.PluginChoice told = assertInstanceOf(
                        Invocation.Run.class, CommandLine.parse(List.of(), variables))
                .config()
                .plugins();
        assertEquals(new ServerConfig.Selection.None(), told.selection());
        assertEquals(Map.of("a", Map.of("b", "c")), told.configuration());
    }

    @Test
    void valuesMayHoldWhatPartsThem() {
        assertEquals(
                Map.of("acme", Map.of("a.b", "1,2", "c", "x=y"), "other", Map.of("path", "C:\\dir", "empty", "")),
                run("--plugin-config=acme.a.b=1\\,2,acme.c=x=y,other.path=C:\\\\dir,other.empty=").configuration());
    }

    @Test
    void valuesMayStandInFiles() throws IOException {
        final Path file = Files.writeString(folder.resolve("acme.properties"), "# ours\nacme.url = http://a,b\n");
        assertEquals(
                Map.of("acme", Map.of("url", "http://a,b", "user", "root")),
                run("--plugin-config=@" + file + ",acme.user=root").configuration());
    }

    @Test
    void aFileOfTheMemberSaysThemAsAList() throws IOException {
        final Path file = Files.writeString(folder.resolve("member.yaml"), """
                plugins: [acme]
                plugins-dir: /opt/plug-ins
                plugin-config: [acme.user=root, "acme.url=http://a,b"]
                """);
        final ServerConfig.PluginChoice told = run("--config-file=" + file);
        assertEquals(new ServerConfig.Selection.Named(List.of("acme")), told.selection());
        assertEquals(Optional.of(Path.of("/opt/plug-ins")), told.folder());
        assertEquals(Map.of("acme", Map.of("user", "root", "url", "http://a,b")), told.configuration());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--plugins=all,a|--plugins: 'all' and 'none' stand alone, not among names (set to all,a)",
                "--plugins=|--plugins must be 'all', 'none', or names of plug-ins",
                "--plugin-config=acme|invalid value \"acme\" for flag -plugin-config:"
                        + " expected plug-in.key=value or @file, not \"acme\"",
                "--plugin-config=a.b=1,a.b=2|--plugin-config says \"a.b\" twice",
                "--plugin-config=@/no/such|--plugin-config: file /no/such does not exist",
            })
    void aWrongValueIsRefused(final String argument, final String mistake) {
        assertEquals(List.of(mistake), mistakes(argument));
    }

    @Test
    void aFileThatNamesNoPlugInIsRefused() throws IOException {
        final Path file = Files.writeString(folder.resolve("acme.properties"), "url=http://a\n");
        assertEquals(
                List.of("--plugin-config: file " + file
                        + ": expected plug-in.key=value or @file, not \"url\""),
                mistakes("--plugin-config=@" + file));
    }
}
