package io.drawbore.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a member of Drawbore, which is an etcd to them. They get at it with a
 * {@link DrawboreEndpoint}: a parameter of a test or of its {@code @BeforeEach}, or a field that the extension sets.
 *
 * <pre>{@code
 * @Drawbore
 * class LocksTest {
 *     @Test
 *     void aLockIsFree(DrawboreEndpoint etcd) {
 *         try (Client client = Client.builder().endpoints(etcd.uri()).build()) {
 *             …
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Each test finds no keys, leases, alarms, users or roles; revisions go on from test to test. Tests one after the
 * other are given the same process, tests at the same time one each. {@link DrawboreExtension} says where the
 * distribution is looked for.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(DrawboreExtension.class)
public @interface Drawbore {
    /** Flags of the member, {@code --max-txn-ops=1000}; {@code drawbore --help} lists them. */
    String[] flags() default {};

    /** Names of plug-ins that the member loads, as for the flag {@code --plugins}; all there are, if none is named. */
    String[] plugins() default {};

    /** Options of the member's JVM, without blanks in them. */
    String[] javaOptions() default {};

    /** How often the keyspace is fresh. */
    Keyspace keyspace() default Keyspace.PER_TEST;
}
