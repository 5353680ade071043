package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen by flags, on the class path: there the plug-ins are those of {@code META-INF/services}. */
class PluginsTest {
    @TempDir
    Path home;

    private static ServerConfig told(final String... flags) {
        return assertInstanceOf(Invocation.Run.class, CommandLine.parse(List.of(flags), Map.of())).config();
    }

    private List<String> faults(final String... flags) {
        final ServerConfig config = told(flags);
        return Plugins.load(Optional.of(home), config.plugins()).faultsFor(config);
    }

    @Test
    void aHomeWithoutPluginsIsFine() {
        assertEquals(List.of(), faults());
    }

    /** The store in memory comes with the testkit. */
    @Test
    void whatIsBuiltInIsFoundOnTheClassPathToo() {
        final Plugins plugins = Plugins.load(Optional.empty(), ServerConfig.PluginChoice.byDefault());
        assertEquals(
                List.of("backend-memory", "backend-sqlite", "lease", "migrator", "v2compat", "wal"),
                plugins.inStartOrder().stream().map(LoadedPlugin::name).toList());
        assertTrue(plugins.backend("sqlite").isPresent());
    }

    @Test
    void aNameThatNobodyOffersListsThoseThereAre() {
        assertEquals(
                List.of(
                        "--backend=paper is offered by no plug-in; there are: memory, sqlite",
                        "--log-store=stone is offered by no plug-in; there are: wal",
                        "--v2-compat=maybe is offered by no plug-in; there are: reject, translate",
                        "--storage-migrator=sideways is offered by no plug-in; there are: etcd, up-only",
                        "--lease-checkpoint-persist=sometimes is offered by no plug-in; there are: always, by-version",
                        "--auth-token=paseto is offered by no plug-in; there are: simple"),
                faults(
                        "--backend=paper",
                        "--log-store=stone",
                        "--v2-compat=maybe",
                        "--storage-migrator=sideways",
                        "--lease-checkpoint-persist=sometimes",
                        "--auth-token=paseto,key=/k"));
    }

    @Test
    void aNameOfNoPlugInListsThoseThereAre() {
        assertEquals(
                List.of("--plugins: there is no plug-in a, b in " + home.resolve("plugins") + "; there are: none"),
                faults("--plugins=a,b"));
    }

    @Test
    void aFolderThatWasToldMustBeThere() {
        assertEquals(
                List.of("--plugins-dir=" + home.resolve("absent") + " is no folder"),
                faults("--plugins-dir=" + home.resolve("absent")));
    }

    @Test
    void whatNobodyWantsStopsNobody() throws IOException {
        Files.createDirectories(home.resolve("plugins/empty"));
        assertEquals(1, faults().size());
        assertEquals(List.of(), faults("--plugins=none"));
    }

    @Test
    void whatIsCalledAJarAndIsNoFileIsOneLineThatNamesTheFolder() throws IOException {
        final Path folder = Files.createDirectories(home.resolve("plugins/folder"));
        Files.createDirectories(folder.resolve("a.jar"));
        final Path dangling = Files.createDirectories(home.resolve("plugins/link"));
        Files.createSymbolicLink(dangling.resolve("a.jar"), home.resolve("nowhere.jar"));

        final String why = " cannot be used: a.jar is no file: remove it, or copy the jar there again";
        assertEquals(List.of("plug-in folder " + folder + why, "plug-in folder " + dangling + why), faults());
        assertEquals(
                List.of("--plugins: there is no plug-in good in " + home.resolve("plugins") + "; there are: none"),
                faults("--plugins=good").subList(0, 1));
    }

    @Test
    void whatIsToldToNobodyOrUnderAnUnknownKeyIsRefused() {
        assertEquals(
                List.of(
                        "--plugin-config: there is no plug-in \"acme\"; there are: backend-memory, backend-sqlite,"
                                + " lease, migrator, v2compat, wal",
                        "--plugin-config: plug-in wal has no key \"speed\"; it has: none"),
                faults("--plugin-config=acme.x=1,wal.speed=2"));
    }
}
