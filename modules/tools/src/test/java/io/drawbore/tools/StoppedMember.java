package io.drawbore.tools;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Vfs;
import io.drawbore.apply.Applier;
import io.drawbore.apply.StorageStep;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.lease.Leases;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.migrator.internal.MigratorPlugin;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.wal.DiskVfs;
import io.drawbore.wal.EtcdLogs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The data of a single member that has founded a cluster, taken some writes and stopped; and the tools. */
final class StoppedMember {
    static final long ID = 0xaaL;

    private static final MemberIdentity IDENTITY = new MemberIdentity(ID, 0xccL);
    private static final BackendProvider STORES = new SqlitePlugin().backends().getFirst();

    private final Path dataDir;
    private final List<Entry> entries = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    StoppedMember(Path dataDir) throws IOException {
        this.dataDir = dataDir;
        Files.createDirectories(store());
        entries.add(Entry.newBuilder()
                .setIndex(1)
                .setTerm(1)
                .setType(EntryType.EntryConfChange)
                .setData(founder().toByteString())
                .build());
        add(ByteString.EMPTY);
        add(InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.7.0")));
    }

    private static ConfChange founder() {
        Member member = new Member(ID, List.of("http://127.0.0.1:1"), false, "m", List.of());
        return ConfChange.newBuilder()
                .setType(ConfChangeType.ConfChangeAddNode)
                .setNodeId(ID)
                .setContext(ChangeContext.of(member).toJson())
                .build();
    }

    Path dataDir() {
        return dataDir;
    }

    Path store() {
        return dataDir.resolve("member/store");
    }

    Path wal() {
        return dataDir.resolve("member/wal");
    }

    private void add(ByteString data) {
        entries.add(Entry.newBuilder().setIndex(entries.size() + 1).setTerm(1).setData(data).build());
    }

    StoppedMember add(InternalRaftRequest.Builder request) {
        add(request.build().toByteString());
        return this;
    }

    StoppedMember put(String key, String value) {
        return add(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))));
    }

    StoppedMember delete(String key) {
        return add(InternalRaftRequest.newBuilder()
                .setDeleteRange(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))));
    }

    StoppedMember compact(long revision) {
        return add(InternalRaftRequest.newBuilder()
                .setCompaction(CompactionRequest.newBuilder().setRevision(revision)));
    }

    /** Some keys that were written, overwritten and deleted; entries 4 to 11, revisions 2 to 9. */
    StoppedMember withHistory() {
        for (int i = 0; i < 6; i++) {
            put("k" + i % 4, "value " + i);
        }
        return delete("k2").put("k2", "again");
    }

    /** Writes log and store. */
    StoppedMember stop() {
        writeLog(entries);
        return writeStore();
    }

    StoppedMember writeStore() {
        try (Backend backend = openStore()) {
            Leases leases;
            try (ReadTx view = backend.read()) {
                leases = Leases.load(view, 1);
            }
            Applier applier = new Applier(backend, Keyspace.load(backend), leases);
            for (Entry entry : entries) {
                applier.apply(List.of(entry), _ -> false);
            }
            for (int step = 0; step < 2; step++) {
                StorageStep.take(backend, new MigratorPlugin().storageMigrators().getFirst(), new MinorVersion(3, 7));
            }
            backend.makeDurable();
        }
        return this;
    }

    Backend openStore() {
        return STORES.open(new BackendProvider.Options(store(), 2));
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Writes a log that holds these. */
    void writeLog(List<Entry> held) {
        try (LogStore log = newLog()) {
            log.append(HardState.newBuilder().setTerm(1).setVote(ID).setCommit(held.size()).build(), held);
            log.sync();
        }
    }

    /** Writes a log that begins behind all entries, with a configuration. */
    void writeLogBehind(ConfState configuration) {
        try (LogStore log = newLog()) {
            log.saveSnapshot(new Applied(entries.size(), 1), configuration);
        }
    }

    private LogStore newLog() {
        return new EtcdLogs(Runnable::run)
                .create(new LogStoreProvider.Options(new DiskVfs(), wal(), 1 << 20, 0, true), IDENTITY);
    }

    /** Runs a command to its end; answers the exit code. */
    int run(String... line) {
        out.reset();
        err.reset();
        return new OfflineTools(
                        new Offered(),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8))
                .run("etcdutl", List.of(line));
    }

    /** What is shipped. */
    private static final class Offered implements OfflineTools.Offer {
        @Override
        public Optional<BackendProvider> backend(String name) {
            return Optional.of(STORES).filter(stores -> stores.name().equals(name));
        }

        @Override
        public Optional<LogStoreProvider> log(String name) {
            return Optional.<LogStoreProvider>of(new EtcdLogs(Runnable::run)).filter(logs -> logs.name().equals(name));
        }

        @Override
        public Optional<StorageMigrator> storageMigrator(String name) {
            return new MigratorPlugin()
                    .storageMigrators().stream().filter(one -> one.name().equals(name)).findFirst();
        }

        @Override
        public Vfs vfs() {
            return new DiskVfs();
        }
    }

    /** Looks at the data with {@code verify}. */
    int verify() {
        return run("verify", "--data-dir=" + dataDir);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Flips the lowest bit of the first byte of a text in a file. */
    static void flip(Path file, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        if (at < 0) {
            throw new IOException("no \"" + text + "\" in " + file);
        }
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }
}
