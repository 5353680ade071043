package org.example.drawbore;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/** Notes, a key each. */
public class Notes {
    private static final String PREFIX = "notes/";

    private final KV kv;

    Notes(final Client client) {
        kv = client.getKVClient();
    }

    /** Keeps one more. */
    public void add(final String text) throws ExecutionException, InterruptedException {
        kv.put(bytes(PREFIX + UUID.randomUUID()), bytes(text)).get();
    }

    /** All of them, the oldest first. */
    public List<String> all() throws ExecutionException, InterruptedException {
        final GetOption inOrder = GetOption.builder()
                .isPrefix(true)
                .withSortField(GetOption.SortTarget.CREATE)
                .withSortOrder(GetOption.SortOrder.ASCEND)
                .build();
        return kv.get(bytes(PREFIX), inOrder).get().getKvs().stream()
                .map(note -> note.getValue().toString(StandardCharsets.UTF_8))
                .toList();
    }

    private static ByteSequence bytes(final String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
