package io.drawbore.junit;

import io.drawbore.junit.internal.EndpointFields;
import io.drawbore.junit.internal.Lease;
import io.drawbore.junit.internal.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts members of Drawbore for tests: each a process of its own, which needs no more of this JVM than Java 17. Comes
 * with {@link Drawbore @Drawbore}, or, where it is to be told more, with {@code @RegisterExtension}:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final DrawboreExtension ETCD = DrawboreExtension.builder().flags("--max-txn-ops=1000").build();
 * }</pre>
 *
 * <p><b>Which member.</b> A test gets one for itself, from before its {@code @BeforeEach} until after its
 * {@code @AfterEach}; tests at the same time have one each. A class has one as a whole where its tests can't tell
 * theirs apart: a {@link DrawboreEndpoint} is in a static field, in a field of an instance per class, or a parameter of
 * {@code @BeforeAll} or of the constructor, or it says {@link Keyspace#PER_CLASS}. Its tests may not run at the same
 * time then: where JUnit runs tests in parallel, those whose execution mode is concurrent are refused. A static field
 * that several classes inherit is refused to the second that would have it at the same time. Members are kept for later
 * tests until the JVM ends; they end with it even if it is killed.
 *
 * <p><b>The keyspace</b> is fresh before a test: there are no keys, leases, alarms, users or roles. Revisions go on, so
 * look at differences. Where a test leaves what can't be taken back (authentication that is on, a member added, a
 * downgrade under way) or a member that has ended, the next one gets a new process.
 *
 * <p><b>The distribution</b> is found, in this order, by {@link Builder#home}, the JUnit configuration parameter or
 * system property {@code drawbore.home}, the variable {@code DRAWBORE_HOME}, as the artifact
 * {@code drawbore-distribution} of this platform on the class path (it is unpacked once into
 * {@code ~/.cache/drawbore}, or where {@code drawbore.cache} says), and as {@code drawbore} on the {@code PATH}.
 *
 * <p>Further parameters: {@code drawbore.members}, how many members a JVM may have at once (32), and
 * {@code drawbore.start-timeout}, the seconds that one may take to be ready (60). What a member printed during a test
 * that failed is shown on standard error.
 */
public final class DrawboreExtension
        implements TestInstancePostProcessor,
                BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                ParameterResolver {
    private static final int MOST_MEMBERS = 32;
    private static final int START_SECONDS = 60;
    private static final String OF_CLASS = "class";
    private static final String OF_TEST = "test";

    private final @Nullable Builder told;

    /** For {@code @ExtendWith}: the settings are those of {@link Drawbore @Drawbore}, if it is there. */
    public DrawboreExtension() {
        told = null;
    }

    private DrawboreExtension(final Builder told) {
        this.told = told;
    }

    /** An extension for {@code @RegisterExtension}. */
    public static Builder builder() {
        return new Builder();
    }

    // ---- before and after

    /** Not for tests to call. */
    @Override
    public void postProcessTestInstance(final Object instance, final ExtensionContext context) {
        final boolean perClass = context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD) == Lifecycle.PER_CLASS;
        if (perClass && EndpointFields.hasOfInstance(instance.getClass())) {
            EndpointFields.inject(instance, new DrawboreEndpoint(ofClass(context)));
        }
    }

    /** Not for tests to call. */
    @Override
    public void beforeAll(final ExtensionContext context) {
        final Class<?> tests = context.getRequiredTestClass();
        if (EndpointFields.hasStatic(tests)) {
            final Lease lease = ofClass(context);
            EndpointFields.injectStatic(tests, lease, new DrawboreEndpoint(lease));
        } else if (keyspace(context) == Keyspace.PER_CLASS) {
            ofClass(context);
        }
    }

    /** Not for tests to call. */
    @Override
    public void beforeEach(final ExtensionContext context) {
        final Lease shared = store(context).get(OF_CLASS, Lease.class);
        final Lease lease;
        if (shared == null) {
            lease = begin(context);
            store(context).put(OF_TEST, lease);
        } else {
            lease = shared;
            refuseConcurrency(context);
            lease.enter(name(context));
            if (keyspace(context) == Keyspace.PER_TEST) {
                lease.freshen();
            }
        }
        final DrawboreEndpoint endpoint = new DrawboreEndpoint(lease);
        context.getRequiredTestInstances().getAllInstances().forEach(one -> EndpointFields.inject(one, endpoint));
    }

    private static void refuseConcurrency(final ExtensionContext context) {
        final boolean parallel = context.getConfigurationParameter("junit.jupiter.execution.parallel.enabled")
                .map(Boolean::parseBoolean)
                .orElse(false);
        if (parallel && context.getExecutionMode() == ExecutionMode.CONCURRENT) {
            throw new IllegalStateException(Lease.refusal(name(context) + " may run while others do"));
        }
    }

    /** Not for tests to call. */
    @Override
    public void afterEach(final ExtensionContext context) {
        final Lease own = store(context).remove(OF_TEST, Lease.class);
        final Lease lease = own == null ? store(context).get(OF_CLASS, Lease.class) : own;
        if (lease == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            show(context, lease);
        }
        if (own == null) {
            lease.leave(name(context));
        } else {
            own.end();
        }
    }

    private static void show(final ExtensionContext context, final Lease lease) {
        final List<String> lines = lease.outputOfTest();
        if (!lines.isEmpty()) {
            System.err.println("what the member of Drawbore printed during " + name(context) + ":\n  "
                    + String.join("\n  ", lines));
        }
    }

    /** Not for tests to call. */
    @Override
    public void afterAll(final ExtensionContext context) {
        final Lease lease = store(context).remove(OF_CLASS, Lease.class);
        if (lease != null) {
            EndpointFields.release(lease);
            lease.end();
        }
    }

    // ---- parameters

    /** Not for tests to call. */
    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
        return parameter.getParameter().getType() == DrawboreEndpoint.class;
    }

    /** Not for tests to call. */
    @Override
    public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
        final Lease ofTest = store(context).get(OF_TEST, Lease.class);
        return new DrawboreEndpoint(ofTest == null ? ofClass(context) : ofTest);
    }

    // ---- leases

    /** That of the class, or of the class around it; begun where it is the first to be asked for. */
    private Lease ofClass(final ExtensionContext context) {
        ExtensionContext tests = context;
        while (tests.getTestMethod().isPresent() && tests.getParent().isPresent()) {
            tests = tests.getParent().get();
        }
        final ExtensionContext ofClass = tests;
        return store(ofClass).getOrComputeIfAbsent(OF_CLASS, key -> begin(ofClass), Lease.class);
    }

    private Lease begin(final ExtensionContext context) {
        return Lease.begin(settings(context), number(context, "drawbore.members", MOST_MEMBERS));
    }

    private Settings settings(final ExtensionContext context) {
        final Optional<Drawbore> annotation = annotation(context);
        final Builder builder = told != null ? told : annotation.map(Builder::of).orElseGet(Builder::new);
        return new Settings(
                Optional.ofNullable(builder.home).or(() -> path(context, "drawbore.home")),
                path(context, "drawbore.cache"),
                builder.allFlags(),
                builder.javaOptions,
                Duration.ofSeconds(number(context, "drawbore.start-timeout", START_SECONDS)));
    }

    private Keyspace keyspace(final ExtensionContext context) {
        return told != null ? told.keyspace : annotation(context).map(Drawbore::keyspace).orElse(Keyspace.PER_TEST);
    }

    private static Optional<Drawbore> annotation(final ExtensionContext context) {
        return annotation(context.getRequiredTestClass());
    }

    /**
     * Where JUnit finds the extension it finds the settings too: on the class, on one that it extends, on an interface
     * of it, on an annotation that it bears; else on the nearest class around it that has one.
     */
    static Optional<Drawbore> annotation(final Class<?> tests) {
        Class<?> type = tests;
        while (type != null) {
            final Optional<Drawbore> found = AnnotationSupport.findAnnotation(type, Drawbore.class);
            if (found.isPresent()) {
                return found;
            }
            type = type.getEnclosingClass();
        }
        return Optional.empty();
    }

    private static Optional<Path> path(final ExtensionContext context, final String parameter) {
        return context.getConfigurationParameter(parameter).filter(text -> !text.isBlank()).map(Path::of);
    }

    private static int number(final ExtensionContext context, final String parameter, final int otherwise) {
        final String text = context.getConfigurationParameter(parameter).orElse(Integer.toString(otherwise));
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(parameter + " is \"" + text + "\", which is no number from 1 on");
        }
        return Integer.parseInt(text);
    }

    private ExtensionContext.Store store(final ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(DrawboreExtension.class, this));
    }

    private static String name(final ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName()
                + " [" + context.getUniqueId() + "]";
    }

    /** Says what members are started with. For one thread. */
    public static final class Builder {
        private final List<String> flags = new ArrayList<>();
        private final List<String> plugins = new ArrayList<>();
        private final List<String> javaOptions = new ArrayList<>();
        private @Nullable Path home;
        private Keyspace keyspace = Keyspace.PER_TEST;

        private Builder() {}

        private static Builder of(final Drawbore annotation) {
            return new Builder()
                    .flags(annotation.flags())
                    .plugins(annotation.plugins())
                    .javaOptions(annotation.javaOptions())
                    .keyspace(annotation.keyspace());
        }

        /** The folder of the distribution. */
        public Builder home(final Path folder) {
            home = folder;
            return this;
        }

        /** More flags of the member, {@code --max-txn-ops=1000}; names, folders and URLs are the extension's. */
        public Builder flags(final String... more) {
            flags.addAll(List.of(more));
            return this;
        }

        /** More plug-ins that the member loads, by their names; all there are, where none is named. */
        public Builder plugins(final String... names) {
            plugins.addAll(List.of(names));
            return this;
        }

        /** More options of the member's JVM, without blanks in them. */
        public Builder javaOptions(final String... more) {
            javaOptions.addAll(List.of(more));
            return this;
        }

        /** How often the keyspace is fresh; before each test, unless told otherwise. */
        public Builder keyspace(final Keyspace often) {
            keyspace = often;
            return this;
        }

        /** The extension. */
        public DrawboreExtension build() {
            return new DrawboreExtension(this);
        }

        private List<String> allFlags() {
            final List<String> all = new ArrayList<>(flags);
            if (!plugins.isEmpty()) {
                all.add("--plugins=" + String.join(",", plugins));
            }
            return all;
        }
    }
}
