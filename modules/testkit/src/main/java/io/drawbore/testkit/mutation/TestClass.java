package io.drawbore.testkit.mutation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** Runs a class of JUnit tests without JUnit's engine, which would look for it in the wrong class loader. */
final class TestClass {
    private final Class<?> type;
    private int completed;

    TestClass(Class<?> type) {
        this.type = type;
    }

    /** Runs its tests in the order of their names; those that skip themselves are skipped, but not all of them. */
    void run() throws Throwable {
        for (Method before : methods(BeforeAll.class)) {
            invoke(before, null);
        }
        for (Method test : methods(Test.class)) {
            attempt(() -> invoke(test, instance()));
        }
        for (Method factory : methods(TestFactory.class)) {
            attempt(() -> runAll(Objects.requireNonNull(invoke(factory, instance()))));
        }
        if (completed == 0) {
            throw new TestAbortedException(type.getName() + " has no test that could run");
        }
    }

    private void attempt(JudgeThread.Trial test) throws Throwable {
        try {
            test.run();
            completed++;
        } catch (TestAbortedException skipped) {
            // It needs what this machine does not have.
        }
    }

    private void runAll(Object made) throws Throwable {
        List<?> tests = made instanceof Collection<?> many ? List.copyOf(many) : ((Stream<?>) made).toList();
        for (Object test : tests) {
            attempt(((DynamicTest) test).getExecutable()::execute);
        }
    }

    private List<Method> methods(Class<? extends Annotation> mark) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(mark))
                .filter(method -> method.getAnnotationsByType(Tag.class).length == 0)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private Object instance() throws Throwable {
        Object instance = construct(type);
        for (Method before : methods(BeforeEach.class)) {
            invoke(before, instance);
        }
        return instance;
    }

    static Object construct(Class<?> type) throws Throwable {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }

    private static @Nullable Object invoke(Method method, @Nullable Object instance) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(instance);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }
}
