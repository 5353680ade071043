package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.drawbore.junit.Drawbore;
import io.drawbore.junit.DrawboreEndpoint;
import io.drawbore.junit.DrawboreExtension;
import io.drawbore.junit.Keyspace;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URI;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Test classes as users write them, which tests of the extension run; they are no tests of their own. */
final class Examples {
    /** Ports that tests were given. */
    static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

    private Examples() {}

    /** Leaves all it can, and finds nothing. */
    @Drawbore
    static class Untidy {
        private DrawboreEndpoint field;

        @BeforeEach
        void isFreshAlready(final DrawboreEndpoint etcd) {
            assertTrue(Etcd.isFresh(etcd));
        }

        @RepeatedTest(3)
        void leaves(final DrawboreEndpoint etcd) {
            assertEquals(etcd.uri(), field.uri());
            PORTS.add(etcd.port());
            Etcd.leaveAll(etcd);
        }

        @Nested
        class Inside {
            @Test
            void hasTheFieldAround() {
                PORTS.add(field.port());
                Etcd.leaveAll(field);
                field.reset();
                assertTrue(Etcd.isFresh(field));
            }
        }
    }

    /** All its tests wait for each other, and so run at the same time. */
    @Drawbore
    @Execution(ExecutionMode.CONCURRENT)
    static class AtTheSameTime {
        static final int TESTS = 3;
        private static final CyclicBarrier ALL = new CyclicBarrier(TESTS);

        private DrawboreEndpoint field;

        @RepeatedTest(TESTS)
        void seesOnlyItsOwn(final DrawboreEndpoint etcd) throws Exception {
            final String own = Integer.toString(etcd.port());
            assertEquals(etcd.port(), field.port());
            assertTrue(PORTS.add(etcd.port()), "two tests at the same time have one member");
            Etcd.put(etcd, "mine", own);
            ALL.await(180, TimeUnit.SECONDS);
            assertTrue(Etcd.has(etcd, "mine", own));
        }
    }

    /** Would share a member between tests at the same time. */
    @Drawbore
    @Execution(ExecutionMode.CONCURRENT)
    static class SharedAtTheSameTime {
        static DrawboreEndpoint shared;

        @RepeatedTest(2)
        void isRefused() {
            fail("with " + shared);
        }
    }

    /** Has one member as a whole, with a fresh keyspace for each test. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OfTheClass {
        @RegisterExtension
        static final DrawboreExtension ETCD = DrawboreExtension.builder().build();

        private DrawboreEndpoint field;

        @BeforeAll
        void asksAlready(final DrawboreEndpoint etcd) {
            assertEquals(field.port(), etcd.port());
            Etcd.leaveAll(etcd);
        }

        @RepeatedTest(2)
        void findsNothing(final DrawboreEndpoint etcd) {
            assertEquals(field.port(), etcd.port());
            assertTrue(Etcd.isFresh(field));
            Etcd.leaveAll(etcd);
        }
    }

    /** Sees what earlier tests left. */
    @Drawbore(keyspace = Keyspace.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class InOneKeyspace {
        @BeforeAll
        static void begins(final DrawboreEndpoint etcd) {
            Etcd.put(etcd, "begun", "yes");
        }

        @Test
        @Order(1)
        void writes(final DrawboreEndpoint etcd) {
            assertTrue(Etcd.has(etcd, "begun", "yes"));
            Etcd.put(etcd, "written", "yes");
        }

        @Test
        @Order(2)
        void reads(final DrawboreEndpoint etcd) {
            assertTrue(Etcd.has(etcd, "written", "yes"));
        }
    }

    /** Leaves what can't be taken back. */
    @Drawbore
    static class LockedOut {
        @RepeatedTest(2)
        void locks(final DrawboreEndpoint etcd) {
            assertTrue(Etcd.isFresh(etcd));
            PORTS.add(etcd.port());
            Etcd.lock(etcd);
        }
    }

    /** Leaves a downgrade under way. */
    @Drawbore
    static class Downgrading {
        @RepeatedTest(2)
        void begins(final DrawboreEndpoint etcd) {
            PORTS.add(etcd.port());
            Etcd.downgrade(etcd);
        }
    }

    /** Has a field for all classes that extend it. */
    @Drawbore
    abstract static class WithInheritedField {
        static DrawboreEndpoint etcd;

        static void putAndGet() {
            PORTS.add(etcd.port());
            Etcd.put(etcd, "inherited", "yes");
            assertTrue(Etcd.has(etcd, "inherited", "yes"));
        }
    }

    /** Runs another heir while it has the field. */
    static class Heir extends WithInheritedField {
        /** Runs other classes; told by the test that runs this one. */
        static Consumer<Class<?>> running = tests -> {};

        @Test
        void isNotAlone() {
            final URI before = etcd.uri();
            running.accept(OtherHeir.class);
            assertEquals(before, etcd.uri());
            putAndGet();
        }
    }

    /** Would have the field too. */
    static class OtherHeir extends WithInheritedField {
        @Test
        void works() {
            putAndGet();
        }
    }

    /** Has flags by an annotation of its own. */
    @SmallTxns
    static class Composed {
        @Test
        void hasItsFlags(final DrawboreEndpoint etcd) {
            Etcd.assertTooManyOps(etcd, 3);
        }
    }

    /** A project's own word for a member. */
    @Drawbore(flags = "--max-txn-ops=2")
    @Retention(RetentionPolicy.RUNTIME)
    @interface SmallTxns {}

    /** Fails while the member says something. */
    @Drawbore
    static class Failing {
        /** By then its line has mostly been read. */
        private static final int PUTS = 50;

        @Test
        void fails(final DrawboreEndpoint etcd) {
            Etcd.complain(etcd);
            for (int i = 0; i < PUTS; i++) {
                Etcd.put(etcd, "slow", "put");
            }
            fail("as it is meant to");
        }
    }

    /** Stays in its test until the process is killed. */
    @Drawbore
    static class Stuck {
        @Test
        void waits(final DrawboreEndpoint etcd) throws Exception {
            Etcd.put(etcd, "waiting", "yes");
            System.out.println("waiting");
            Thread.currentThread().join();
        }
    }

    /** Fifty tests with a store each. */
    @Drawbore
    static class WithStores {
        @RepeatedTest(50)
        void works(final DrawboreEndpoint etcd) {
            COUNTED.add(etcd.port());
        }
    }

    /** Fifty tests without one. */
    static class WithoutStores {
        @RepeatedTest(50)
        void works() {
            COUNTED.add(0);
        }
    }

    /** Ports of the fifty tests; 0 without a store. */
    static final Queue<Integer> COUNTED = new ConcurrentLinkedQueue<>();
}
