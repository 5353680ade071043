package io.drawbore.server.internal;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.function.LongSupplier;

/** Fills the headers of responses. Any thread. */
public final class Headers {
    private final MemberIdentity identity;
    private final LongSupplier term;

    /** Headers that speak for a member and of the term it is in. */
    public Headers(MemberIdentity identity, LongSupplier term) {
        this.identity = identity;
        this.term = term;
    }

    /** A header of a response that speaks of a revision, 0 for none. */
    public ResponseHeader of(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(identity.clusterId())
                .setMemberId(identity.memberId())
                .setRevision(revision)
                .setRaftTerm(term.getAsLong())
                .build();
    }

    /** A header with the revision of one that has nothing else yet. */
    public ResponseHeader full(ResponseHeader revisionOnly) {
        return of(revisionOnly.getRevision());
    }

    /**
     * A response of any kind with its header full.
     *
     * @param type what it is; one that has a field {@code header}
     */
    <T extends Message> T filled(T response, Class<T> type) {
        FieldDescriptor header = response.getDescriptorForType().findFieldByName("header");
        ResponseHeader revisionOnly = (ResponseHeader) response.getField(header);
        return type.cast(
                response.toBuilder().setField(header, full(revisionOnly)).build());
    }
}
