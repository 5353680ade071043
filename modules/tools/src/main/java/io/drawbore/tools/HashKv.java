package io.drawbore.tools;

import io.drawbore.api.Backend;
import io.drawbore.mvcc.ForeignHistory;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.server.OfflineMember;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code hashkv}: the hash by which members compare their histories, of a database file or of a member's store. */
final class HashKv {
    private HashKv() {}

    static Answer answer(Parts parts, Arguments arguments) {
        if (arguments.operands().size() != 1) {
            throw ToolException.usage("accepts 1 arg(s), received " + arguments.operands().size());
        }
        Path path = Paths.existing(arguments.operands().getFirst());
        long revision = arguments.number(Flag.REV);
        HashKVResponse hash =
                Files.isDirectory(path) ? ofMember(parts, path, revision) : ofFile(parts, path, revision);
        return new Answer(
                        new Answer.Column("hash", "Hash", "hash"),
                        new Answer.Column("hash revision", "Hash revision", "hashRevision"),
                        new Answer.Column("compact revision", "Compact revision", "compactRevision"))
                .row(
                        Answer.Value.of(Integer.toUnsignedLong(hash.getHash())),
                        Answer.Value.of(hash.getHashRevision()),
                        Answer.Value.of(hash.getCompactRevision()));
    }

    private static HashKVResponse ofMember(Parts parts, Path dataDir, long revision) {
        try (OfflineMember member = OfflineMember.open(dataDir, null);
                Backend store = member.openStore(parts.stores())) {
            return Keyspace.load(store, 0).hash(revision);
        }
    }

    private static HashKVResponse ofFile(Parts parts, Path file, long revision) {
        try (SnapshotFile snapshot = SnapshotFile.open(parts.vfs(), file)) {
            return ForeignHistory.hash(snapshot, revision, snapshot.compactRevision());
        }
    }
}
