package io.drawbore.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.drawbore.api.ClientRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import java.util.ArrayList;
import java.util.List;

/** Requests of many kinds, odd ones among them, as judges and recorders are shown them. */
final class GuardRequests {
    private static final ByteString ODD = ByteString.copyFrom(new byte[] {0, (byte) 0xff, '\n', '"'});

    private GuardRequests() {}

    static List<ClientRequest> all() {
        PutRequest put = PutRequest.newBuilder().setKey(ODD).setValue(ODD).setLease(7).build();
        return List.of(
                request("KV/Put", put),
                request("KV/Put", PutRequest.getDefaultInstance()),
                request("KV/Range", RangeRequest.newBuilder()
                        .setKey(ODD)
                        .setRangeEnd(ByteString.copyFrom(new byte[1]))
                        .build()),
                request("KV/DeleteRange", DeleteRangeRequest.newBuilder().setKey(ODD).build()),
                request("KV/Txn", TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                        .addFailure(RequestOp.newBuilder()
                                .setRequestTxn(TxnRequest.newBuilder()
                                        .addSuccess(RequestOp.newBuilder().setRequestPut(put))))
                        .build()),
                request("KV/Compact", CompactionRequest.newBuilder().setRevision(3).build()),
                request("Watch/Watch", WatchRequest.getDefaultInstance()),
                request("Lease/LeaseGrant", LeaseGrantRequest.newBuilder().setTTL(-1).build()),
                request("Cluster/MemberAdd", MemberAddRequest.newBuilder().addPeerURLs("http://10.0.0.9:2380").build()),
                request("Auth/UserAdd", AuthUserAddRequest.newBuilder().setName("böse\n").build()),
                request("Auth/Authenticate", AuthenticateRequest.newBuilder().setName("alice").build()),
                request("Later/Method", PutRequest.getDefaultInstance()));
    }

    /** Those that auditors are told of: calls of what plug-ins have on the client port, too. */
    static List<ClientRequest> recorded() {
        List<ClientRequest> recorded = new ArrayList<>(all());
        recorded.add(new ClientRequest("acme.v1.Quotas/Get", StringValue.of("\n"), "", "10.0.0.7:4711"));
        recorded.add(new ClientRequest("HTTP GET /acme/böse\n", BytesValue.of(ODD), "", "10.0.0.7:4711"));
        return recorded;
    }

    private static ClientRequest request(String method, Message message) {
        return new ClientRequest("etcdserverpb." + method, message, "alice", "10.0.0.7:4711");
    }
}
