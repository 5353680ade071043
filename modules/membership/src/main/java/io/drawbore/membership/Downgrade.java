package io.drawbore.membership;

import com.google.protobuf.ByteString;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;

/**
 * Whether the cluster is on its way to an older version, and to which: one of the cluster's facts, in etcd's words.
 *
 * @param enabled whether it is
 * @param target {@code X.Y.0}, empty where it isn't
 */
public record Downgrade(boolean enabled, String target) {
    /** None under way. */
    public static final Downgrade NONE = new Downgrade(false, "");

    private static final ByteString KEY = ByteString.copyFromUtf8("downgrade");

    /**
     * What a view shows.
     *
     * @throws io.drawbore.api.StorageException where the record is none
     */
    public static Downgrade of(ReadTx tx) {
        ByteString stored = tx.get(Table.CLUSTER, KEY);
        if (stored == null) {
            return NONE;
        }
        return Member.read(stored, json -> new Downgrade(
                Member.flag(json, "enabled"),
                Member.isGiven(json, "target-version") ? json.get("target-version").getAsString() : ""));
    }

    /** Whether it goes to this version. */
    public boolean goesTo(MinorVersion version) {
        return enabled && target.equals(version.toString());
    }
}
