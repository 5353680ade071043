/** Who is in the cluster: members, their ids, the cluster's version; one table, and views of it. */
@org.jspecify.annotations.NullMarked
module io.drawbore.membership {
    requires transitive io.drawbore.api;
    requires com.google.gson;
    requires static org.jspecify;

    exports io.drawbore.membership to
            io.drawbore.apply,
            io.drawbore.launcher,
            io.drawbore.peer,
            io.drawbore.server,
            io.drawbore.simulator,
            io.drawbore.tools;
}
