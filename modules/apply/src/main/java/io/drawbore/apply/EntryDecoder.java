package io.drawbore.apply;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Command;
import io.drawbore.api.StorageException;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;

/**
 * Bytes of the log to commands. An entry that is not understood stops the member before it is applied: to pass over it
 * would make this store another than those of the members that do understand it.
 */
final class EntryDecoder {
    private final V2Translator v2;

    /** Reads the log of a cluster in which v2 requests mean what this says. */
    EntryDecoder(V2Translator v2) {
        this.v2 = v2;
    }

    DecodedEntry decode(Entry entry) {
        try {
            return switch (entry.getType()) {
                case EntryNormal -> normal(entry);
                case EntryConfChange -> membership(ConfChange.parseFrom(entry.getData()));
                case EntryConfChangeV2 ->
                    new DecodedEntry(0, new Command.MembershipChange(ConfChangeV2.parseFrom(entry.getData())));
            };
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException(at(entry) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private DecodedEntry normal(Entry entry) throws InvalidProtocolBufferException {
        if (entry.getData().isEmpty()) {
            return new DecodedEntry(0, new Command.NoOp());
        }
        InternalRaftRequest request;
        try {
            request = InternalRaftRequest.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException e) {
            return translated(entry, bareV2(entry, e));
        }
        if (request.hasV2()) {
            return translated(entry, request.getV2());
        }
        long id = request.getID() != 0 ? request.getID() : request.getHeader().getID();
        return new DecodedEntry(id, command(entry, request));
    }

    /**
     * A v2 request without an envelope, as members up to 3.5 write them. None can be taken for an envelope: its method
     * would have to be a message.
     */
    private static Request bareV2(Entry entry, InvalidProtocolBufferException noEnvelope)
            throws InvalidProtocolBufferException {
        Request request;
        try {
            request = Request.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException e) {
            throw noEnvelope;
        }
        if (!request.hasMethod()) {
            throw noEnvelope;
        }
        return request;
    }

    private DecodedEntry translated(Entry entry, Request request) {
        try {
            return new DecodedEntry(request.getID(), v2.translate(request));
        } catch (UntranslatableException e) {
            throw new StorageException(
                    at(entry) + " holds a v2 request that has no meaning here, " + request.getMethod() + " "
                            + request.getPath() + ": " + e.getMessage(),
                    e);
        }
    }

    private static Command command(Entry entry, InternalRaftRequest request) {
        if (request.hasPut()) {
            return new Command.Put(request.getPut());
        }
        if (request.hasTxn()) {
            return new Command.Txn(request.getTxn());
        }
        if (request.hasDeleteRange()) {
            return new Command.DeleteRange(request.getDeleteRange());
        }
        if (request.hasLeaseGrant()) {
            return new Command.LeaseGrant(request.getLeaseGrant());
        }
        if (request.hasLeaseRevoke()) {
            return new Command.LeaseRevoke(request.getLeaseRevoke());
        }
        if (request.hasLeaseCheckpoint()) {
            return new Command.LeaseCheckpoint(request.getLeaseCheckpoint());
        }
        if (request.hasCompaction()) {
            return new Command.Compact(request.getCompaction());
        }
        if (request.hasAlarm()) {
            return new Command.Alarm(request.getAlarm());
        }
        if (request.hasClusterMemberAttrSet()) {
            return new Command.MemberAttributes(request.getClusterMemberAttrSet());
        }
        if (request.hasClusterVersionSet()) {
            return new Command.ClusterVersion(request.getClusterVersionSet());
        }
        if (request.hasDowngradeInfoSet()) {
            return new Command.Downgrade(request.getDowngradeInfoSet());
        }
        if (request.hasDowngradeVersionTest()) {
            // it is there to need a version, and asks for nothing
            return new Command.NoOp();
        }
        if (request.hasRange()) {
            // a read that an older member sent through the log: it changes nothing, and nobody here waits for it
            return new Command.NoOp();
        }
        throw new StorageException(at(entry) + " holds a request this version cannot apply ("
                + request.getAllFields().keySet().stream()
                        .map(field -> field.getName())
                        .filter(name -> !name.equals("header") && !name.equals("ID"))
                        .toList()
                + "); start a version that knows it");
    }

    /** The old form of a change, which is the only one etcd writes, in the words of the new. */
    private static DecodedEntry membership(ConfChange change) {
        ConfChangeV2 translated = ConfChangeV2.newBuilder()
                .addChanges(ConfChangeSingle.newBuilder()
                        .setType(change.getType())
                        .setNodeId(change.getNodeId()))
                .setContext(change.getContext())
                .build();
        return new DecodedEntry(change.getId(), new Command.MembershipChange(translated));
    }

    private static String at(Entry entry) {
        return "log entry " + entry.getTerm() + "/" + entry.getIndex();
    }
}
