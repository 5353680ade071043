/** Members inside a JVM that does something else: one, or a cluster of three. */
@org.jspecify.annotations.NullMarked
module io.drawbore.embed {
    requires static transitive org.jspecify;
    requires transitive io.drawbore.api;
    requires io.drawbore.launcher;

    exports io.drawbore.embed;
}
