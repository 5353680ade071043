/** Storage versions: what leads a store from one to the next or back, and which of them understand an entry. */
@org.jspecify.annotations.NullMarked
module io.drawbore.migrator {
    requires io.drawbore.api;
    requires static org.jspecify;

    provides io.drawbore.api.Plugin with
            io.drawbore.migrator.internal.MigratorPlugin;
}
