package org.example.drawbore.mvstore;

import io.drawbore.api.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.LongDataType;

/**
 * The maps of a store: those that are written, or those of one version, which never change.
 *
 * @param heads rows by revision, without their values
 * @param values their values, where those are not empty
 * @param digests digests by index
 * @param numbers one row, at {@link #ONLY}
 * @param tables the small tables
 */
record Maps(
        MVMap<Long, byte[]> heads,
        MVMap<Long, byte[]> values,
        MVMap<Long, byte[]> digests,
        MVMap<Long, byte[]> numbers,
        Map<Table, MVMap<byte[], byte[]>> tables) {
    static final Long ONLY = 1L;

    /** Those of an open store, made where they are missing. */
    static Maps of(MVStore store) {
        Map<Table, MVMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);
        for (Table table : Table.values()) {
            tables.put(table, store.openMap("table." + table.label(), new MVMap.Builder<byte[], byte[]>()
                    .keyType(Bytes.TYPE)
                    .valueType(Bytes.TYPE)));
        }
        return new Maps(
                byNumber(store, "heads"),
                byNumber(store, "values"),
                byNumber(store, "digests"),
                byNumber(store, "numbers"),
                tables);
    }

    private static MVMap<Long, byte[]> byNumber(MVStore store, String name) {
        return store.openMap(name, new MVMap.Builder<Long, byte[]>()
                .keyType(LongDataType.INSTANCE)
                .valueType(Bytes.TYPE));
    }

    /** As they are at a version of the store. */
    Maps at(long version) {
        Map<Table, MVMap<byte[], byte[]>> then = new EnumMap<>(Table.class);
        tables.forEach((table, map) -> then.put(table, map.openVersion(version)));
        return new Maps(
                heads.openVersion(version),
                values.openVersion(version),
                digests.openVersion(version),
                numbers.openVersion(version),
                then);
    }

    MVMap<byte[], byte[]> table(Table table) {
        return tables.get(table);
    }

    /** Whether the numbers are there, which the store's creation writes. */
    boolean areCreated() {
        return numbers.containsKey(ONLY);
    }

    List<MVMap<Long, byte[]>> byNumber() {
        return List.of(heads, values, digests, numbers);
    }

    List<MVMap<?, ?>> all() {
        List<MVMap<?, ?>> all = new ArrayList<>(byNumber());
        all.addAll(tables.values());
        return all;
    }
}
