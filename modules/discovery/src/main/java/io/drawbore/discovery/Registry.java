package io.drawbore.discovery;

import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.io.IOException;

/** The etcd that keeps the list. Blocks; one thread. */
public interface Registry extends AutoCloseable {
    /**
     * Reads.
     *
     * @throws IOException where it does not answer, or refuses
     */
    RangeResponse range(RangeRequest request) throws IOException;

    /**
     * Writes.
     *
     * @throws IOException where it does not answer, or refuses
     */
    void put(PutRequest request) throws IOException;

    @Override
    void close();
}
