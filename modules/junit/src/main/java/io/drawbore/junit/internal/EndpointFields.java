package io.drawbore.junit.internal;

import io.drawbore.junit.DrawboreEndpoint;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of test classes, and of the classes that they extend, that hold an endpoint. */
public final class EndpointFields {
    private EndpointFields() {}

    /** Whether a class has one for all its instances. */
    public static boolean hasStatic(final Class<?> type) {
        return fields(type).stream().anyMatch(field -> Modifier.isStatic(field.getModifiers()));
    }

    /** Whether each instance of a class has one. */
    public static boolean hasOfInstance(final Class<?> type) {
        return fields(type).stream().anyMatch(field -> !Modifier.isStatic(field.getModifiers()));
    }

    /** Sets those of a class. */
    public static void injectStatic(final Class<?> type, final DrawboreEndpoint endpoint) {
        for (final Field field : fields(type)) {
            if (Modifier.isStatic(field.getModifiers())) {
                set(field, null, endpoint);
            }
        }
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
