/** A store for Drawbore on H2's MVStore, which is packed beside it and nobody else sees. */
module org.example.drawbore.mvstore {
    requires com.h2database.mvstore;
    requires io.drawbore.api;

    provides io.drawbore.api.Plugin with
            org.example.drawbore.mvstore.MvStorePlugin;
}
