package org.example.drawbore;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;

/** A number under a key that many may raise at once. */
public final class Counter {
    private final KV kv;
    private final ByteSequence key;

    /** The counter of that name. */
    public Counter(final Client client, final String name) {
        kv = client.getKVClient();
        key = bytes("counters/" + name);
    }

    /** Its value; 0 where nobody has raised it. */
    public long value() throws ExecutionException, InterruptedException {
        return kv.get(key).get().getKvs().stream().mapToLong(Counter::number).findFirst().orElse(0);
    }

    /** Adds one, and answers the value after it. Tries again where somebody else was faster. */
    public long raise() throws ExecutionException, InterruptedException {
        while (true) {
            final KeyValue now = kv.get(key).get().getKvs().stream().findFirst().orElse(null);
            final long next = now == null ? 1 : number(now) + 1;
            final long seen = now == null ? 0 : now.getModRevision();
            final boolean done = kv.txn()
                    .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(seen)))
                    .Then(Op.put(key, bytes(Long.toString(next)), PutOption.DEFAULT))
                    .commit()
                    .get()
                    .isSucceeded();
            if (done) {
                return next;
            }
        }
    }

    private static long number(final KeyValue kv) {
        return Long.parseLong(kv.getValue().toString(StandardCharsets.UTF_8));
    }

    private static ByteSequence bytes(final String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
