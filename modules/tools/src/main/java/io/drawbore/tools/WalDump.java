package io.drawbore.tools;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.drawbore.api.LogContent;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.server.OfflineMember;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code wal dump}: the entries of a log behind its last snapshot, a row each. An entry's type is the name of the
 * request in it ({@code put}, {@code txn}, {@code lease_grant} …), {@code conf} for a change of the configuration,
 * {@code v2} for a request of etcd's old store, {@code empty} for a leader's first.
 */
final class WalDump {
    private static final Set<String> ABOUT_THE_REQUEST = Set.of("ID", "header");

    private final TextFormat.Printer text = TextFormat.printer().emittingSingleLine(true);
    private final Set<String> wanted;

    private WalDump(Set<String> wanted) {
        this.wanted = wanted;
    }

    /** Reads a member's log, or one in a folder, whoever's it is; says on the side whose it is and where it stands. */
    static Answer answer(Parts parts, Arguments arguments, PrintStream aside) {
        LogContent log = log(parts, arguments);
        aside.println(summary(log));
        String types = arguments.text(Flag.ENTRY_TYPE);
        WalDump dump = new WalDump(types.isEmpty() ? Set.of() : Set.of(types.split(",", -1)));
        Answer answer = new Answer(
                new Answer.Column("term", "term", "term"),
                new Answer.Column("index", "index", "index"),
                Answer.Column.prose("type"),
                Answer.Column.prose("data"));
        long last = arguments.isTold(Flag.END_INDEX) ? arguments.number(Flag.END_INDEX) : Long.MAX_VALUE;
        for (Entry entry : log.entries()) {
            if (entry.getIndex() >= arguments.number(Flag.START_INDEX) && entry.getIndex() <= last) {
                dump.add(answer, entry);
            }
        }
        return answer;
    }

    private static LogContent log(Parts parts, Arguments arguments) {
        if (arguments.text(Flag.DATA_DIR).isEmpty()) {
            arguments.require(Flag.WAL_DIR);
            return OfflineMember.readLog(
                    parts.logs(), parts.vfs(), Paths.existing(arguments.text(Flag.WAL_DIR)));
        }
        try (OfflineMember member = Paths.member(arguments)) {
            return member.readLog(parts.logs(), parts.vfs());
        }
    }

    /** Whose log it is, where it begins and how far it is committed. */
    static String summary(LogContent log) {
        return "member " + Long.toHexString(log.owner().memberId()) + " of cluster "
                + Long.toHexString(log.owner().clusterId()) + ", snapshot at entry " + log.start().index() + " of term "
                + log.start().term() + ", " + log.entries().size() + " entries up to " + log.lastIndex() + ", term "
                + log.hardState().getTerm() + ", vote " + Long.toHexString(log.hardState().getVote()) + ", commit "
                + log.hardState().getCommit();
    }

    private void add(Answer answer, Entry entry) {
        Told told = tell(entry);
        if (wanted.isEmpty() || wanted.contains(told.type)) {
            answer.row(
                    Answer.Value.of(entry.getTerm()),
                    Answer.Value.of(entry.getIndex()),
                    Answer.Value.of(told.type),
                    Answer.Value.of(told.data));
        }
    }

    /** An entry in words. */
    private record Told(String type, String data) {}

    private Told tell(Entry entry) {
        try {
            return switch (entry.getType()) {
                case EntryNormal -> request(entry);
                case EntryConfChange -> new Told("conf", text.printToString(ConfChange.parseFrom(entry.getData())));
                case EntryConfChangeV2 ->
                    new Told("conf", text.printToString(ConfChangeV2.parseFrom(entry.getData())));
            };
        } catch (InvalidProtocolBufferException e) {
            return new Told("unknown", entry.getData().size() + " bytes that can't be read: " + e.getMessage());
        }
    }

    private Told request(Entry entry) throws InvalidProtocolBufferException {
        if (entry.getData().isEmpty()) {
            return new Told("empty", "");
        }
        InternalRaftRequest request;
        try {
            request = InternalRaftRequest.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException noEnvelope) {
            return new Told("v2", text.printToString(Request.parseFrom(entry.getData())));
        }
        List<FieldDescriptor> said = request.getAllFields().keySet().stream()
                .filter(field -> !ABOUT_THE_REQUEST.contains(field.getName()))
                .toList();
        FieldDescriptor first = said.isEmpty() ? null : said.getFirst();
        String type = first == null ? "unknown" : first.getName();
        return new Told(type, text.printToString(withoutSecrets(request, first)));
    }

    /** Passwords are in the log as hashes; they don't belong on a screen all the same. */
    private static Message withoutSecrets(InternalRaftRequest request, @Nullable FieldDescriptor field) {
        if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return request;
        }
        Message.Builder body = ((Message) request.getField(field)).toBuilder();
        for (String secret : List.of("password", "hashedPassword", "simple_token")) {
            FieldDescriptor found = body.getDescriptorForType().findFieldByName(secret);
            if (found != null && body.hasField(found)) {
                body.clearField(found);
            }
        }
        return request.toBuilder().setField(field, body.build()).build();
    }
}
