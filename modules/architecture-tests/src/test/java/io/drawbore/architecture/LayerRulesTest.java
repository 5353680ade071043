package io.drawbore.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. Think before changing this: a wall that is moved here is moved for everyone who comes after. The
 * Java module system already refuses what a room does not export; these are the rules that it can't express.
 */
class LayerRulesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(Sources.rooms().stream()
                    .map(room -> room.resolve("target/classes"))
                    .toArray(Path[]::new));

    private static final Set<String> EXTENSION_POINTS = Set.of(
            "Backend", "WriteTx", "ReadTx", "BackendProvider", "LogStore", "LogStoreProvider", "Vfs", "VfsFile",
                    "Plugin", "CheckpointPersistence", "V2Translator", "StorageMigrator");

    private static String[] packages(String... rooms) {
        return List.of(rooms).stream().map(room -> "io.drawbore." + room + "..").toArray(String[]::new);
    }

    @Test
    void roomsPointDownwards() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.drawbore..")
                .layer("proto").definedBy(packages("proto"))
                .layer("api").definedBy(packages("api"))
                .layer("raft").definedBy(packages("raft"))
                .layer("wal").definedBy(packages("wal"))
                .layer("backend").definedBy(packages("backend"))
                .layer("testkit").definedBy(packages("testkit"))
                .layer("lease").definedBy(packages("lease"))
                .layer("v2compat").definedBy(packages("v2compat"))
                .layer("migrator").definedBy(packages("migrator"))
                .layer("bbolt").definedBy(packages("bbolt"))
                .layer("mvcc").definedBy(packages("mvcc"))
                .layer("membership").definedBy(packages("membership"))
                .layer("auth").definedBy(packages("auth"))
                .layer("apply").definedBy(packages("apply"))
                .layer("watch").definedBy(packages("watch"))
                .layer("metrics").definedBy(packages("metrics"))
                .layer("server").definedBy(packages("server"))
                .layer("plugins").definedBy(packages("plugins"))
                .layer("peer").definedBy(packages("peer"))
                .layer("jwt").definedBy(packages("jwt"))
                .layer("discovery").definedBy(packages("discovery"))
                .layer("rpc").definedBy(packages("rpc"))
                .layer("config").definedBy(packages("config"))
                .layer("tools").definedBy(packages("tools"))
                .layer("launcher").definedBy(packages("launcher"))
                .layer("embed").definedBy(packages("embed"))
                .layer("junit").definedBy(packages("junit"))
                .layer("simulator").definedBy(packages("simulator"))
                .whereLayer("launcher").mayOnlyBeAccessedByLayers("embed")
                .whereLayer("embed").mayNotBeAccessedByAnyLayer()
                .whereLayer("junit").mayNotBeAccessedByAnyLayer()
                .whereLayer("junit").mayNotAccessAnyLayer()
                .whereLayer("simulator").mayNotBeAccessedByAnyLayer()
                .whereLayer("backend").mayOnlyBeAccessedByLayers("testkit")
                .whereLayer("jwt").mayNotBeAccessedByAnyLayer()
                .whereLayer("v2compat").mayNotBeAccessedByAnyLayer()
                .whereLayer("migrator").mayNotBeAccessedByAnyLayer()
                .whereLayer("wal").mayOnlyBeAccessedByLayers("launcher", "simulator")
                .whereLayer("tools").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("config").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("plugins").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("rpc").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("discovery").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("peer").mayOnlyBeAccessedByLayers("launcher")
                .whereLayer("server").mayOnlyBeAccessedByLayers("launcher", "peer", "simulator", "tools")
                .whereLayer("raft").mayOnlyBeAccessedByLayers("server")
                .whereLayer("apply").mayOnlyBeAccessedByLayers("server", "tools")
                .whereLayer("watch").mayOnlyBeAccessedByLayers("server")
                .whereLayer("membership").mayOnlyBeAccessedByLayers(
                        "apply", "launcher", "peer", "server", "simulator", "tools")
                .whereLayer("auth").mayOnlyBeAccessedByLayers("apply", "server")
                .whereLayer("lease").mayOnlyBeAccessedByLayers("apply", "server")
                .whereLayer("bbolt").mayOnlyBeAccessedByLayers("server", "simulator", "tools")
                .whereLayer("mvcc").mayOnlyBeAccessedByLayers("apply", "watch", "server", "tools")
                .whereLayer("metrics").mayOnlyBeAccessedByLayers(
                        "server", "peer", "plugins", "rpc", "launcher", "simulator")
                .check(CLASSES);
    }

    @Test
    void nothingInTheDeterministicRoomsAsksForTimeChanceOrThreads() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(
                        "raft", "lease", "v2compat", "migrator", "mvcc", "membership", "auth", "apply"))
                .should()
                .dependOnClassesThat(describe("clocks, chance, threads or files", LayerRulesTest::isNondeterministic))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    private static boolean isNondeterministic(JavaClass type) {
        String name = type.getName();
        return name.equals("java.lang.Thread")
                || name.equals("java.util.Random")
                || name.equals("java.util.SplittableRandom")
                || name.equals("java.security.SecureRandom")
                || name.startsWith("java.time.")
                || name.startsWith("java.nio.file.")
                || name.startsWith("java.io.File")
                || name.startsWith("java.util.concurrent.Executor");
    }

    /**
     * A member's clock and threads come from {@code Workers}, or the simulator would prove another member than the one
     * that is shipped. Snapshots for clients wait for slow clients, on threads of their own.
     */
    @Test
    void aMembersClockAndThreadsComeFromOutside() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("server", "watch"))
                .and(describe("are not of the snapshots for clients",
                        type -> !type.getName().startsWith("io.drawbore.server.internal.Snapshots")
                                && !type.getName().startsWith("io.drawbore.server.internal.EtcdSnapshot")))
                .should()
                .dependOnClassesThat(describe("threads", LayerRulesTest::makesThreads))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    private static boolean makesThreads(JavaClass type) {
        String name = type.getName();
        return name.equals("java.lang.Thread")
                || name.startsWith("java.util.concurrent.Executors")
                || name.startsWith("java.util.concurrent.Scheduled")
                || name.startsWith("java.util.concurrent.ThreadPool");
    }

    /** Rule 2: nothing is called back inside a transaction or from a commit. */
    @Test
    void noExtensionPointTakesAFunctionOrHasASetter() {
        DescribedPredicate<JavaMethod> ofExtensionPoints = describe(
                "belong to an extension point",
                method -> EXTENSION_POINTS.contains(method.getOwner().getSimpleName()));
        methods().that(ofExtensionPoints).should(new ArchCondition<JavaMethod>("take no function") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                for (JavaClass parameter : method.getRawParameterTypes()) {
                    boolean function = parameter.getPackageName().equals("java.util.function")
                            || parameter.isAnnotatedWith(FunctionalInterface.class);
                    if (function) {
                        events.add(SimpleConditionEvent.violated(method, method.getFullName() + " takes a function"));
                    }
                }
                if (method.getName().matches("set[A-Z].*|add\\w*Listener|on[A-Z].*")) {
                    events.add(SimpleConditionEvent.violated(method, method.getFullName() + " looks like a hook"));
                }
            }
        }).check(CLASSES);
    }

    @Test
    void onlyTheApplyRoomCommits() {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages("apply", "backend", "testkit"))
                .should()
                .callMethodWhere(describe(
                        "commits a write transaction",
                        call -> call.getTargetOwner().getName().equals("io.drawbore.api.WriteTx")
                                && call.getName().startsWith("commit")))
                .check(CLASSES);
    }
}
