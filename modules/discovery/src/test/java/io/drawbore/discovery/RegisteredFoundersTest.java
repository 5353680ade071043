package io.drawbore.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RegisteredFoundersTest {
    /** A list that a test writes to while a member waits. */
    private static final class Listing implements Registry {
        final Map<String, KeyValue> keys = new TreeMap<>();
        int failures;
        private long revision = 1;

        @Override
        public RangeResponse range(RangeRequest request) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("connection refused");
            }
            RangeResponse.Builder answer = RangeResponse.newBuilder();
            String from = request.getKey().toStringUtf8();
            String end = request.getRangeEnd().toStringUtf8();
            keys.forEach((key, value) -> {
                boolean inRange = end.isEmpty()
                        ? key.equals(from)
                        : key.compareTo(from) >= 0 && key.compareTo(end) < 0;
                if (inRange) {
                    answer.addKvs(value);
                }
            });
            return answer.build();
        }

        @Override
        public void put(PutRequest request) {
            put(request.getKey().toStringUtf8(), request.getValue().toStringUtf8());
        }

        void put(String key, String value) {
            revision++;
            KeyValue before = keys.get(key);
            keys.put(
                    key,
                    KeyValue.newBuilder()
                            .setKey(ByteString.copyFromUtf8(key))
                            .setValue(ByteString.copyFromUtf8(value))
                            .setCreateRevision(before == null ? revision : before.getCreateRevision())
                            .build());
        }

        @Override
        public void close() {}
    }

    private static final String PREFIX = "/_etcd/registry/token/";

    private final Listing listing = new Listing();
    private final List<Duration> pauses = new ArrayList<>();

    private void size(String size) {
        listing.put(PREFIX + "_config/size", size);
    }

    private void member(String id, String urls) {
        listing.put(PREFIX + "members/" + id, urls);
    }

    private Map<String, List<String>> join(RegisteredFounders.Pause pause) {
        return new RegisteredFounders("token", "a1", "me=http://me:2380").join(listing, pause);
    }

    private Map<String, List<String>> join() {
        return join(pauses::add);
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(DiscoveryException.class, this::join).getMessage());
    }

    @Test
    void aMemberWaitsUntilAllHaveComeAndTheFirstAreTheFounders() {
        size("3");
        member("z9", "first=http://first:2380,first=http://first:2381");
        Map<String, List<String>> founders = join(pause -> {
            pauses.add(pause);
            if (pauses.size() == 2) {
                member("b2", "third=http://third:2380");
                member("b1", "late=http://late:2380");
            }
        });
        assertEquals(
                Map.of(
                        "first", List.of("http://first:2380", "http://first:2381"),
                        "me", List.of("http://me:2380"),
                        "third", List.of("http://third:2380")),
                founders);
        assertEquals(2, pauses.size());
    }

    @Test
    void whoIsListedAlreadyIsNotListedTwice() {
        size("1");
        member("a1", "me=http://me:2380");
        assertEquals(Map.of("me", List.of("http://me:2380")), join());
    }

    @Test
    void aFullListIsRefused() {
        size("1");
        member("b1", "other=http://other:2380");
        assertEquals("failed to join discovery cluster (discovery: cluster is full)", refusal());
    }

    @Test
    void aTokenWithoutASizeIsRefused() {
        assertEquals("failed to join discovery cluster (discovery: size key not found)", refusal());
        size("0");
        assertEquals("failed to join discovery cluster (discovery: size key is bad)", refusal());
        size("many");
        assertEquals("failed to join discovery cluster (discovery: size key is bad)", refusal());
    }

    @Test
    void whatIsNoMemberIsPassedOverAndABadUrlIsRefused() {
        size("2");
        member("0", "nobody");
        member("b1", "other=nowhere");
        assertEquals("failed to join discovery cluster (discovery: invalid peer URL)", refusal());
    }

    @Test
    void anEtcdThatDoesNotAnswerIsAskedAgain() {
        size("1");
        listing.failures = 2;
        assertEquals(Map.of("me", List.of("http://me:2380")), join());
        assertEquals(List.of(Duration.ofSeconds(2), Duration.ofSeconds(4)), pauses);
    }
}
