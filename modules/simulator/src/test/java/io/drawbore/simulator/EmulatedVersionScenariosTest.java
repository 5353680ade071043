package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdError;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.migrator.internal.MigratorPlugin;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.server.EtcdVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Members that were told to be of 3.6 are so in everything that others see. Who makes a mistake of these is in the
 * mutants of {@code emulation}.
 */
class EmulatedVersionScenariosTest {
    /** Two looks at versions, and what they lead to. */
    private static final Duration FOLLOWED = Duration.ofSeconds(12);

    /** Nobody here writes a v2 request, but members of 3.5 could. */
    private static final V2Translator TRANSLATES = new V2Translator() {
        @Override
        public String name() {
            return "all";
        }

        @Override
        public Command translate(Request request) {
            throw new UntranslatableException("there was none");
        }
    };

    private static Scene of36(long seed) {
        Scene scene = Scene.of(seed, 3, options -> options.version(EtcdVersion.of("3.6"))
                .migrator(new MigratorPlugin().storageMigrators().getFirst())
                .v2(TRANSLATES)
                .snapshotCount(10_000)
                .catchUpEntries(5_000));
        scene.pass(Duration.ofSeconds(5));
        return scene;
    }

    private static CompletableFuture<DowngradeResponse> asked(Machine machine, DowngradeAction action, String to) {
        return machine.server()
                .downgrade(
                        DowngradeRequest.newBuilder().setAction(action).setVersion(to).build(), Caller.SELF);
    }

    private static void allAreOf(Scene scene, String version) {
        for (Machine machine : scene.machines()) {
            StatusResponse status = scene.answer(machine.server().status(Caller.SELF));
            assertEquals("3.6.16", status.getVersion());
            assertEquals("3.6.16", machine.server().versions().server());
            assertEquals(version, machine.server().versions().cluster(), machine.name());
            assertEquals(version, status.getStorageVersion(), machine.name());
        }
    }

    @Test
    void theClusterIsOf36AndGoesDownFromThere() {
        Scene scene = of36(1);
        allAreOf(scene, "3.6.0");
        scene.isRefused(
                EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.text(),
                asked(scene.leader(), DowngradeAction.VALIDATE, "3.6"));
        scene.answer(asked(scene.leader(), DowngradeAction.ENABLE, "3.5"));
        scene.pass(FOLLOWED);
        allAreOf(scene, "3.5.0");
        scene.answer(asked(scene.leader(), DowngradeAction.CANCEL, ""));
        scene.pass(FOLLOWED);
        allAreOf(scene, "3.6.0");
        scene.allAreEqual();
    }

    /** Who is of 3.5 would end by an entry of the time before, so it gets none. */
    @Test
    void whoJoinsAfterADowngradeGetsASnapshotThoughTheLogIsShort() {
        Scene scene = of36(2);
        scene.membersChange();
        scene.put(scene.leader(), "k", "v");
        scene.answer(asked(scene.leader(), DowngradeAction.ENABLE, "3.5"));
        scene.pass(FOLLOWED);
        allAreOf(scene, "3.5.0");
        long before = scene.network().post().delivered();
        MemberAddResponse added = scene.answer(scene.leader().server().memberAdd(
                MemberAddRequest.newBuilder().addPeerURLs("http://m4:2380").setIsLearner(true).build(), Caller.SELF));
        Machine joined = scene.cluster().join("m4", new MemberIdentity(
                added.getMember().getID(), added.getHeader().getClusterId()));
        joined.start();
        scene.pass(FOLLOWED);
        assertTrue(scene.network().post().delivered() > before, "it was sent the log");
        assertEquals("v", scene.get(joined, "k"));
    }
}
