/**
 * The store on SQLite: one writer, one transaction a batch with the applied index in it, readers on stable snapshots.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.backend.sqlite {
    requires io.drawbore.api;
    requires java.sql;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires static org.jspecify;

    provides io.drawbore.api.Plugin with
            io.drawbore.backend.sqlite.internal.SqlitePlugin;
}
