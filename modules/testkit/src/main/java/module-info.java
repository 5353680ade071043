/** Contract tests that every implementation of an extension point must pass, and fakes that pass them too. */
@org.jspecify.annotations.NullMarked
module io.drawbore.testkit {
    requires io.drawbore.backend.memory;
    requires java.compiler;
    requires transitive io.drawbore.api;
    requires transitive org.junit.jupiter.api;
    requires org.junit.jupiter.params;
    requires static transitive org.jspecify;

    exports io.drawbore.testkit;
    exports io.drawbore.testkit.crash;
    exports io.drawbore.testkit.history;
    exports io.drawbore.testkit.mutation;
    exports io.drawbore.testkit.simulation;
}
