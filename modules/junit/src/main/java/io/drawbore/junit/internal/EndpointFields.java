package io.drawbore.junit.internal;

import io.drawbore.junit.DrawboreEndpoint;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Fields of test classes, and of the classes that they extend, that hold an endpoint. */
public final class EndpointFields {
    /** Whose endpoint static fields hold. */
    private static final Map<Field, Holder> HOLDERS = new ConcurrentHashMap<>();

    private EndpointFields() {}

    private record Holder(Class<?> tests, Lease lease) {}

    /** Whether a class has one for all its instances. */
    public static boolean hasStatic(final Class<?> type) {
        return fields(type).stream().anyMatch(field -> Modifier.isStatic(field.getModifiers()));
    }

    /** Whether each instance of a class has one. */
    public static boolean hasOfInstance(final Class<?> type) {
        return fields(type).stream().anyMatch(field -> !Modifier.isStatic(field.getModifiers()));
    }

    /**
     * Sets those of a class.
     *
     * @throws IllegalStateException where one is inherited, and another class that inherits it has a member at this
     *     time: one of them would write into the other's
     */
    public static void injectStatic(final Class<?> tests, final Lease lease, final DrawboreEndpoint endpoint) {
        for (final Field field : fields(tests)) {
            if (Modifier.isStatic(field.getModifiers())) {
                final Holder asked = new Holder(tests, lease);
                final Holder holder = HOLDERS.compute(
                        field, (same, held) -> held == null || mayReplace(held, asked) ? asked : held);
                if (!holder.equals(asked)) {
                    throw new IllegalStateException("static field " + field.getDeclaringClass().getSimpleName() + "."
                            + field.getName() + " holds the endpoint of " + holder.tests().getName()
                            + ", which runs at the same time as " + tests.getName() + ": give each class a field of"
                            + " its own, or one that isn't static, or say @Execution(ExecutionMode.SAME_THREAD)");
                }
                set(field, null, endpoint);
            }
        }
    }

    /** Two extensions of one class have always set its field one after the other. */
    private static boolean mayReplace(final Holder held, final Holder other) {
        return held.lease().equals(other.lease()) || held.tests().equals(other.tests());
    }

    /** The class that has the member ends: others may have the fields that it had. */
    public static void release(final Lease lease) {
        HOLDERS.values().removeIf(holder -> holder.lease().equals(lease));
    }

    /** Sets those of an instance. */
    public static void inject(final Object instance, final DrawboreEndpoint endpoint) {
        for (final Field field : fields(instance.getClass())) {
            if (!Modifier.isStatic(field.getModifiers())) {
                set(field, instance, endpoint);
            }
        }
    }

    private static List<Field> fields(final Class<?> type) {
        final List<Field> found = new ArrayList<>();
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            for (final Field field : one.getDeclaredFields()) {
                if (field.getType() == DrawboreEndpoint.class) {
                    found.add(field);
                }
            }
        }
        return found;
    }

    private static void set(final Field field, final @Nullable Object instance, final DrawboreEndpoint endpoint) {
        if (Modifier.isFinal(field.getModifiers())) {
            throw new IllegalStateException(field + " is final: the Drawbore extension can't set it");
        }
        try {
            field.setAccessible(true);
            field.set(instance, endpoint);
        } catch (final ReflectiveOperationException | RuntimeException closed) {
            throw new IllegalStateException(
                    field + " cannot be set: open its package to io.drawbore.junit, or take a parameter", closed);
        }
    }
}
