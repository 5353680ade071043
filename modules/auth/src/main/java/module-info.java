/** Who may do what: users, roles, permissions and tokens; three tables, and rules over them. */
@org.jspecify.annotations.NullMarked
module io.drawbore.auth {
    requires transitive io.drawbore.api;
    requires static org.jspecify;

    exports io.drawbore.auth to
            io.drawbore.apply,
            io.drawbore.server;
}
