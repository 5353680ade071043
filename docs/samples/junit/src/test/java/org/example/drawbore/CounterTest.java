package org.example.drawbore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.junit.Drawbore;
import io.drawbore.junit.DrawboreEndpoint;
import io.etcd.jetcd.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test has a keyspace to itself; all are served by one process. */
@Drawbore
class CounterTest {
    private Client client;

    @BeforeEach
    void connect(final DrawboreEndpoint etcd) {
        client = Client.builder().endpoints(etcd.uri()).build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void beginsAtZero() throws Exception {
        assertEquals(0, new Counter(client, "visits").value());
    }

    @Test
    void countsOneByOne() throws Exception {
        final Counter visits = new Counter(client, "visits");
        assertEquals(1, visits.raise());
        assertEquals(2, visits.raise());
        assertEquals(2, visits.value());
    }

    @Test
    void losesNothingWhereManyRaiseItAtOnce() throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            final List<Future<Long>> raised = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                raised.add(threads.submit(() -> new Counter(client, "visits").raise()));
            }
            for (final Future<Long> one : raised) {
                one.get();
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(20, new Counter(client, "visits").value());
    }
}
