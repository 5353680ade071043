package io.drawbore.junit;

/** How often tests get a fresh keyspace. */
public enum Keyspace {
    /** Before each test: what {@code @BeforeAll} wrote is gone then as well. */
    PER_TEST,
    /** Before the first test of a class; later ones see what earlier ones left, and can't run at the same time. */
    PER_CLASS
}
