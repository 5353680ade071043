package io.drawbore.migrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.proto.authpb.UserAddOptions;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DowngradeVersionTestRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntryVersionsTest {
    private static Entry entry(ByteString data) {
        return Entry.newBuilder().setTerm(2).setIndex(9).setData(data).build();
    }

    private static MinorVersion needs(InternalRaftRequest.Builder request) {
        return EntryVersions.needs(entry(request.build().toByteString()));
    }

    private static InternalRaftRequest.Builder request() {
        return InternalRaftRequest.newBuilder();
    }

    private static MinorVersion v(int minor) {
        return new MinorVersion(3, minor);
    }

    @Test
    void anEntryNeedsWhatItsNewestPartNeeds() {
        assertEquals(v(0), EntryVersions.needs(entry(ByteString.EMPTY)));
        assertEquals(v(0), needs(request().setPut(PutRequest.newBuilder().setLease(3))));
        assertEquals(v(1), needs(request().setPut(PutRequest.newBuilder().setPrevKv(true))));
        assertEquals(v(2), needs(request().setPut(PutRequest.newBuilder().setIgnoreValue(true).setPrevKv(true))));
        assertEquals(v(4), needs(request().setLeaseCheckpoint(LeaseCheckpointRequest.getDefaultInstance())));
        assertEquals(v(5), needs(request().setClusterVersionSet(ClusterVersionSetRequest.getDefaultInstance())));
        assertEquals(
                v(5), needs(request().setAuthUserAdd(AuthUserAddRequest.newBuilder().setHashedPassword("x"))));
        assertEquals(
                v(4),
                needs(request()
                        .setAuthUserAdd(AuthUserAddRequest.newBuilder()
                                .setOptions(UserAddOptions.getDefaultInstance()))));
        assertEquals(v(3), needs(request().setAlarm(AlarmRequest.newBuilder().setAlarm(AlarmType.CORRUPT))));
        assertEquals(v(0), needs(request().setAlarm(AlarmRequest.newBuilder().setAlarm(AlarmType.NOSPACE))));
    }

    /** As in etcd, whose members of any version can read such a list. */
    @Test
    void whatIsInAListIsNotLookedInto() {
        assertEquals(
                v(0),
                needs(request().setTxn(TxnRequest.newBuilder().addCompare(Compare.newBuilder().setLease(7)))));
    }

    @Test
    void anEntryThatTestsAVersionNeedsThat() {
        assertEquals(
                v(9),
                needs(request().setDowngradeVersionTest(
                        DowngradeVersionTestRequest.newBuilder().setVer("3.9.0"))));
        assertEquals(
                v(6),
                needs(request().setDowngradeVersionTest(
                        DowngradeVersionTestRequest.newBuilder().setVer("3.1.0"))));
        assertThrows(
                StorageException.class,
                () -> needs(request()
                        .setDowngradeVersionTest(DowngradeVersionTestRequest.newBuilder().setVer("newest"))));
    }

    @Test
    void changesOfMembershipAreOld() {
        assertEquals(
                v(0),
                EntryVersions.needs(entry(ByteString.EMPTY).toBuilder()
                        .setType(EntryType.EntryConfChange)
                        .build()));
        assertEquals(
                v(4),
                EntryVersions.needs(entry(ByteString.EMPTY).toBuilder()
                        .setType(EntryType.EntryConfChangeV2)
                        .build()));
    }

    @Test
    void aV2RequestIsOldAndWhatIsNoneIsRefused() {
        Request bare = Request.newBuilder().setID(1).setMethod("PUT").setPath("/0/version").build();
        assertEquals(v(0), EntryVersions.needs(entry(bare.toByteString())));
        String refusal = String.valueOf(assertThrows(
                        StorageException.class, () -> EntryVersions.needs(entry(ByteString.copyFromUtf8("neither"))))
                .getMessage());
        assertEquals("log entry 2/9 cannot be read: ", refusal.substring(0, refusal.indexOf(": ") + 2));
    }

    /** A name that is written wrong would make its part old. */
    @Test
    void everyNameOfTheTableIsThatOfAPartOfARequest() {
        Set<String> names = new HashSet<>();
        collect(InternalRaftRequest.getDescriptor(), names);
        List<String> unknown = new ArrayList<>(EntryVersions.names());
        unknown.removeAll(names);
        assertEquals(List.of(), unknown);
    }

    private static void collect(Descriptor message, Set<String> names) {
        if (!names.add(message.getFullName())) {
            return;
        }
        for (FieldDescriptor field : message.getFields()) {
            names.add(field.getFullName());
            switch (field.getJavaType()) {
                case MESSAGE -> collect(field.getMessageType(), names);
                case ENUM -> collect(field.getEnumType(), names);
                default -> {}
            }
        }
    }

    private static void collect(EnumDescriptor type, Set<String> names) {
        for (EnumValueDescriptor value : type.getValues()) {
            names.add(type.getFullName() + "." + value.getName());
        }
    }
}
