package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.membership.StorageVersion;
import io.drawbore.proto.raftpb.Entry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every version keeps two values that say which it is, so that half a step shows. */
final class TwoValues implements StorageMigrator {
    static final MinorVersion V5 = new MinorVersion(3, 5);
    static final MinorVersion V6 = new MinorVersion(3, 6);
    static final MinorVersion V7 = new MinorVersion(3, 7);

    private static final ByteString FIRST = ByteString.copyFromUtf8("first");
    private static final ByteString SECOND = ByteString.copyFromUtf8("second");

    @Override
    public String name() {
        return "two-values";
    }

    @Override
    public List<MinorVersion> versions() {
        return List.of(V5, V6, V7);
    }

    @Override
    public List<TableChange> step(ReadTx store, MinorVersion from, MinorVersion to) {
        ByteString version = ByteString.copyFromUtf8(to.toString());
        return List.of(
                new TableChange(Table.CLUSTER, FIRST, version),
                new TableChange(Table.CLUSTER, SECOND, to.equals(V5) ? null : version));
    }

    @Override
    public MinorVersion needs(Entry entry) {
        return entry.getIndex() == 3 ? V7 : V5;
    }

    /** What is wrong with a store that should be whole and of one version. */
    static Optional<String> halfDone(Backend backend) {
        try (ReadTx view = backend.read()) {
            MinorVersion version = StorageVersion.of(view);
            String first = value(view, FIRST);
            String second = value(view, SECOND);
            boolean untouched = V5.equals(version) && first == null && second == null;
            boolean whole = version != null
                    && version.toString().equals(first)
                    && (version.equals(V5) ? second == null : version.toString().equals(second));
            return untouched || whole
                    ? Optional.empty()
                    : Optional.of(version + " with " + first + " and " + second);
        }
    }

    private static @Nullable String value(ReadTx view, ByteString key) {
        ByteString value = view.get(Table.CLUSTER, key);
        return value == null ? null : value.toStringUtf8();
    }
}
