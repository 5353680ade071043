package io.drawbore.testkit;

import com.google.protobuf.ByteString;
import io.drawbore.api.AdmissionControl;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.PutRequest;

/** An admission that refuses long keys. */
class KeyLengthContractTest extends AdmissionControlContract {
    private static final int LONGEST = 16;

    @Override
    protected AdmissionControl admission() {
        return new AdmissionControl() {
            @Override
            public String name() {
                return "key-length";
            }

            @Override
            public FailurePolicy failurePolicy() {
                return FailurePolicy.CLOSED;
            }

            @Override
            public void admit(ClientRequest request) {
                if (request.message() instanceof PutRequest put && put.getKey().size() > LONGEST) {
                    throw new EtcdException(StatusCode.INVALID_ARGUMENT, "the key is too long");
                }
            }
        };
    }

    @Override
    protected ClientRequest passing() {
        return put("short");
    }

    @Override
    protected ClientRequest refused() {
        return put("much longer than it may be");
    }

    private static ClientRequest put(String key) {
        PutRequest request = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return new ClientRequest("etcdserverpb.KV/Put", request, "", "10.0.0.7:4711");
    }
}
