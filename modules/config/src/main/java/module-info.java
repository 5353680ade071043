/**
 * What a member is told at its start: flags as Go parses them, {@code ETCD_*} variables, or one file; all mistakes at
 * once.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.config {
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports io.drawbore.config to
            io.drawbore.launcher;
}
