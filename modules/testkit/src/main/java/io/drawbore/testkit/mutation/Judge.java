package io.drawbore.testkit.mutation;

/**
 * A class that notices mistakes: a {@link Runnable} with a constructor without parameters, which throws when something
 * is wrong, or a class of JUnit tests. Of the latter run methods marked {@code @Test} and {@code @TestFactory}, with
 * {@code @BeforeAll} and {@code @BeforeEach}; parameterized and tagged tests are left out.
 *
 * @param className its name; it must be covered by {@link MutableSources#packages}, or it would judge the unchanged
 *     classes
 */
public record Judge(String className) {
    /** A class as a judge. */
    public static Judge of(Class<?> type) {
        return new Judge(type.getName());
    }

    /** The name without its package. */
    public String name() {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    void sit(MutantLoader loader) throws Throwable {
        Class<?> type = loader.loadClass(className);
        if (type.getClassLoader() != loader) {
            throw new IllegalArgumentException(className + " is outside of the packages that are mutated");
        }
        if (Runnable.class.isAssignableFrom(type)) {
            ((Runnable) TestClass.construct(type)).run();
        } else {
            new TestClass(type).run();
        }
    }
}
