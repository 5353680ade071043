/**
 * The store in memory: nothing of it outlives the process, and the log, which is then never released, brings it back.
 * The testkit builds its disks that lose what was not synced on the same store.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.backend.memory {
    requires transitive io.drawbore.api;
    requires static org.jspecify;

    exports io.drawbore.backend.memory to
            io.drawbore.testkit;

    provides io.drawbore.api.Plugin with
            io.drawbore.backend.memory.internal.MemoryPlugin;
}
