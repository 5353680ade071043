package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.Vfs;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.server.MemberOptions;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one of three members has on its disk when the other two are lost: three members, two keys that were committed
 * and one that was not.
 */
public final class LostCluster {
    /** The member. */
    public static final MemberIdentity SELF = new MemberIdentity(2, 77);

    /** The last entry that was committed. */
    static final long COMMIT = 6;

    static final long TERM = 3;

    private final List<Entry> entries = new ArrayList<>();

    private LostCluster(boolean learner) {
        for (long id = 1; id <= 3; id++) {
            Member member = new Member(id, List.of("http://member" + id + ":2380"), learner && id == 2, "", List.of());
            add(
                    EntryType.EntryConfChange,
                    ConfChange.newBuilder()
                            .setType(
                                    member.learner()
                                            ? ConfChangeType.ConfChangeAddLearnerNode
                                            : ConfChangeType.ConfChangeAddNode)
                            .setNodeId(id)
                            .setContext(
                                    member.learner()
                                            ? ChangeContext.learner(member, 1).toJson()
                                            : member.toJson())
                            .build()
                            .toByteString());
        }
        add(EntryType.EntryNormal, ByteString.EMPTY);
        put("a");
        put("b");
        put("uncommitted");
    }

    private void put(String key) {
        add(
                EntryType.EntryNormal,
                InternalRaftRequest.newBuilder()
                        .setPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)))
                        .build()
                        .toByteString());
    }

    private void add(EntryType type, ByteString data) {
        entries.add(Entry.newBuilder()
                .setType(type)
                .setTerm(TERM)
                .setIndex(entries.size() + 1L)
                .setData(data)
                .build());
    }

    /** How a member of these options opens its log. */
    static LogStoreProvider.Options log(MemberOptions options, Vfs vfs) {
        return new LogStoreProvider.Options(
                vfs, options.logFolder(), options.segmentBytes(), options.spareSegments(), options.fsync());
    }

    /** Writes the log; the store is empty yet. */
    public static void write(MemberOptions options, Vfs vfs, boolean learner) {
        List<Entry> entries = new LostCluster(learner).entries;
        try (LogStore log = new EtcdLogs(Runnable::run).create(log(options, vfs), SELF)) {
            log.append(
                    HardState.newBuilder()
                            .setTerm(TERM)
                            .setVote(1)
                            .setCommit(COMMIT)
                            .build(),
                    entries);
            log.sync();
        }
    }

    /** Where the member's files are. */
    static Path member(MemberOptions options) {
        return options.dataDir().resolve("member");
    }
}
