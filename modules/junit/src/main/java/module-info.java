/** A JUnit extension that starts the distribution and gives tests an endpoint and a fresh keyspace each. */
@org.jspecify.annotations.NullMarked
module io.drawbore.junit {
    requires static transitive org.jspecify;
    requires java.net.http;
    requires transitive org.junit.jupiter.api;

    exports io.drawbore.junit;
}
