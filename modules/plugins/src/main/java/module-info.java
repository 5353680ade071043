/** The host of plug-ins: it starts and stops them, fences what they do, and puts them around the front door. */
@org.jspecify.annotations.NullMarked
module io.drawbore.plugins {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.metrics;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.plugins to
            io.drawbore.launcher;
}
