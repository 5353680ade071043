package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.leasepb.Lease;
import io.drawbore.proto.mvccpb.KeyValue;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** etcd's own tool accepts and restores a snapshot that we wrote, etcd serves it, and we read one of etcd's. */
@Tag("full")
class EtcdSnapshotTest {
    private static final long MEMBER = 0x51cee02397c3dfedL;
    private static final long LEASE = 0x5feda1fe57d74007L;
    private static final int HASH_BYTES = 32;

    private static Path etcd;
    private static Path etcdutl;

    @TempDir
    Path temp;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        etcd = GoPrograms.build("etcdtools", "go.etcd.io/etcd/server/v3");
        etcdutl = GoPrograms.build("etcdtools", "go.etcd.io/etcd/etcdutl/v3");
    }

    private Path snapshot() {
        return temp.resolve("snapshot.db");
    }

    private void write(Contents contents) throws IOException {
        contents.write(new DiskVfs(), snapshot());
        final byte[] hash = Contents.sha256().digest(Files.readAllBytes(snapshot()));
        Files.write(snapshot(), hash, StandardOpenOption.APPEND);
    }

    private String status() throws IOException, InterruptedException {
        final String file = snapshot().toString();
        return GoPrograms.run(temp, etcdutl.toString(), "snapshot", "status", "-w", "json", file).getLast();
    }

    /** What etcdutl says of a file: a sum over all names, keys and values, the last revision, the living keys. */
    private static String expectedStatus(Contents contents, long revision, int keys, long bytes) {
        final CRC32C sum = new CRC32C();
        contents.buckets.forEach((name, pairs) -> {
            sum.update(name);
            pairs.forEach((key, value) -> {
                sum.update(key);
                sum.update(value);
            });
        });
        return "{\"hash\":" + sum.getValue() + ",\"revision\":" + revision + ",\"totalKey\":" + keys + ",\"totalSize\":"
                + bytes + ",\"version\":\"3.7.0\"}";
    }

    /** A store at revision 5,003: many keys, one of them changed, deleted and under a lease. */
    private static Contents store() {
        final Contents contents = new Contents();
        Stream.of(EtcdBucket.values()).forEach(bucket -> contents.bucket(bucket.bucketName()));
        final SortedMap<byte[], byte[]> history = contents.bucket(EtcdBucket.KEY.bucketName());
        for (int i = 0; i < 5000; i++) {
            put(history, change("key-" + i, "value-" + i, 2 + i, 2 + i, 1));
        }
        put(history, change("key-7", "again", 5002, 9, 2).toBuilder().setLease(LEASE).build());
        final KeyValue deleted = KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("key-8")).build();
        history.put(new RevisionKey(5003, 0, true).bytes(), deleted.toByteArray());
        history.put(new RevisionKey(5003, 1, true).bytes(),
                deleted.toBuilder().setKey(ByteString.copyFromUtf8("key-9")).build().toByteArray());
        small(contents, EtcdBucket.LEASE).put(EtcdSchema.number(LEASE),
                Lease.newBuilder().setID(LEASE).setTTL(10_000).build().toByteArray());
        small(contents, EtcdBucket.ALARM).put(
                AlarmMember.newBuilder().setMemberID(MEMBER).setAlarm(AlarmType.NOSPACE).build().toByteArray(),
                new byte[0]);
        small(contents, EtcdBucket.AUTH).put(EtcdSchema.bytes(EtcdSchema.AUTH_ENABLED), EtcdSchema.flag(false));
        small(contents, EtcdBucket.AUTH).put(EtcdSchema.bytes(EtcdSchema.AUTH_REVISION), EtcdSchema.number(3));
        small(contents, EtcdBucket.AUTH_ROLES).put(Contents.bytes("reader"),
                Role.newBuilder().setName(ByteString.copyFromUtf8("reader")).build().toByteArray());
        small(contents, EtcdBucket.AUTH_USERS).put(Contents.bytes("ada"),
                User.newBuilder().setName(ByteString.copyFromUtf8("ada")).addRoles("reader").build().toByteArray());
        small(contents, EtcdBucket.CLUSTER).put(EtcdSchema.bytes(EtcdSchema.CLUSTER_VERSION), Contents.bytes("3.7.0"));
        small(contents, EtcdBucket.MEMBERS).put(EtcdSchema.memberKey(MEMBER),
                Contents.bytes("{\"id\":" + MEMBER + ",\"peerURLs\":[\"http://127.0.0.1:1\"],\"name\":\"old\"}"));
        small(contents, EtcdBucket.MEMBERS_REMOVED)
                .put(EtcdSchema.memberKey(31), EtcdSchema.bytes(EtcdSchema.REMOVED));
        final SortedMap<byte[], byte[]> meta = small(contents, EtcdBucket.META);
        meta.put(EtcdSchema.bytes(EtcdSchema.CONF_STATE),
                EtcdSchema.confState(ConfState.newBuilder().addVoters(MEMBER).build()));
        meta.put(EtcdSchema.bytes(EtcdSchema.CONSISTENT_INDEX), EtcdSchema.number(5100));
        meta.put(EtcdSchema.bytes(EtcdSchema.TERM), EtcdSchema.number(4));
        meta.put(EtcdSchema.bytes(EtcdSchema.STORAGE_VERSION), Contents.bytes("3.7.0"));
        return contents;
    }

    private static SortedMap<byte[], byte[]> small(Contents contents, EtcdBucket bucket) {
        return contents.bucket(bucket.bucketName());
    }

    private static KeyValue change(String key, String value, long revision, long created, long version) {
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setModRevision(revision)
                .setCreateRevision(created)
                .setVersion(version)
                .build();
    }

    private static void put(SortedMap<byte[], byte[]> history, KeyValue change) {
        history.put(new RevisionKey(change.getModRevision(), 0, false).bytes(), change.toByteArray());
    }

    @Test
    void etcdRestoresAndServesWhatWeWrite() throws IOException, InterruptedException {
        final Contents contents = store();
        write(contents);
        final long bytes = Files.size(snapshot()) - HASH_BYTES;
        assertEquals(expectedStatus(contents, 5003, 4998, bytes), status());
        final String peer = RealEtcd.freeUrl();
        final Path data = temp.resolve("restored");
        GoPrograms.run(temp, etcdutl.toString(), "snapshot", "restore", snapshot().toString(),
                "--data-dir=" + data, "--name=" + RealEtcd.NAME, "--initial-cluster=" + RealEtcd.NAME + "=" + peer,
                "--initial-advertise-peer-urls=" + peer);
        try (RealEtcd served = RealEtcd.start(etcd, data, peer)) {
            final String changed = served.post("/v3/kv/range", "{\"key\":\"" + RealEtcd.base64("key-7") + "\"}");
            assertTrue(changed.contains("\"value\":\"" + RealEtcd.base64("again") + "\""), changed);
            assertTrue(changed.contains("\"create_revision\":\"9\",\"mod_revision\":\"5002\""), changed);
            assertTrue(changed.contains("\"lease\":\"" + LEASE + "\""), changed);
            final String before = served.post(
                    "/v3/kv/range", "{\"key\":\"" + RealEtcd.base64("key-7") + "\",\"revision\":\"5001\"}");
            assertTrue(before.contains("\"value\":\"" + RealEtcd.base64("value-7") + "\""), before);
            final String all = served.post(
                    "/v3/kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\",\"count_only\":true}");
            assertTrue(all.contains("\"revision\":\"5003\"") && all.contains("\"count\":\"4998\""), all);
            final String leases = served.post("/v3/lease/leases", "{}");
            assertTrue(leases.contains("\"ID\":\"" + LEASE + "\""), leases);
            final String alarms = served.post("/v3/maintenance/alarm", "{}");
            assertTrue(alarms.contains("\"alarm\":\"NOSPACE\""), alarms);
            final String users = served.post("/v3/auth/user/list", "{}");
            assertTrue(users.contains("\"users\":[\"ada\"]"), users);
            served.post("/v3/maintenance/alarm",
                    "{\"action\":\"DEACTIVATE\",\"memberID\":\"" + MEMBER + "\",\"alarm\":\"NOSPACE\"}");
            served.post("/v3/kv/put", "{\"key\":\"" + RealEtcd.base64("key-7") + "\",\"value\":\"\"}");
            served.post("/v3/maintenance/defragment", "{}");
        }
        final Contents lived = Contents.read(new DiskVfs(), data.resolve("member/snap/db"));
        assertEquals(5004, RevisionKey.of(lived.bucket(EtcdBucket.KEY.bucketName()).lastKey()).main());
        assertEquals(0, lived.bucket(EtcdBucket.ALARM.bucketName()).size());
    }

    @Test
    void weReadWhatEtcdSends() throws IOException, InterruptedException {
        try (RealEtcd running = RealEtcd.start(etcd, temp.resolve("data"), RealEtcd.freeUrl())) {
            for (String put : List.of("a", "b", "a")) {
                running.post("/v3/kv/put", "{\"key\":\"" + RealEtcd.base64(put) + "\",\"value\":\"AAEC\"}");
            }
            running.post("/v3/lease/grant", "{\"ID\":\"77\",\"TTL\":\"1000\"}");
            running.post("/v3/kv/put", "{\"key\":\"" + RealEtcd.base64("c") + "\",\"lease\":\"77\"}");
            running.post("/v3/kv/compaction", "{\"revision\":\"4\",\"physical\":true}");
            running.post("/v3/kv/deleterange", "{\"key\":\"" + RealEtcd.base64("b") + "\"}");
            running.post("/v3/auth/user/add", "{\"name\":\"ada\",\"options\":{\"no_password\":true}}");
            running.post("/v3/auth/role/add", "{\"name\":\"reader\"}");
            running.post("/v3/maintenance/alarm", "{\"action\":\"ACTIVATE\",\"memberID\":\"9\",\"alarm\":\"NOSPACE\"}");
            Files.write(snapshot(), received(running.post("/v3/maintenance/snapshot", "{}")));
        }
        final Contents contents = Contents.read(new DiskVfs(), snapshot());
        final List<String> names = Stream.of(EtcdBucket.values()).map(EtcdBucket::bucketName).toList();
        assertEquals(names, contents.buckets.keySet().stream().map(String::new).toList());
        assertHistory(small(contents, EtcdBucket.KEY));
        assertEquals("77 1000", text(small(contents, EtcdBucket.LEASE), EtcdSchema.number(77), value -> {
            final Lease lease = Lease.parseFrom(value);
            return lease.getID() + " " + lease.getTTL();
        }));
        final byte[] alarm = AlarmMember.newBuilder().setMemberID(9).setAlarm(AlarmType.NOSPACE).build().toByteArray();
        assertArrayEquals(new byte[0], small(contents, EtcdBucket.ALARM).get(alarm));
        assertMeta(contents);
        final String etcds = status();
        final long bytes = Files.size(snapshot()) - HASH_BYTES;
        assertEquals(expectedStatus(contents, 6, 2, bytes), etcds);
        Files.delete(snapshot());
        write(contents);
        final long ours = Files.size(snapshot()) - HASH_BYTES;
        assertEquals(etcds.replace(":" + bytes + ",", ":" + ours + ","), status(), "written by us, it is the same");
    }

    private static void assertHistory(SortedMap<byte[], byte[]> history) throws IOException {
        final List<String> changes = new ArrayList<>();
        for (byte[] key : history.keySet()) {
            final KeyValue change = KeyValue.parseFrom(history.get(key));
            final RevisionKey revision = RevisionKey.of(key);
            assertArrayEquals(key, revision.bytes());
            assertArrayEquals(history.get(key), change.toByteArray(), "protobuf-java spells it as Go does");
            changes.add(revision.main() + "/" + revision.sub() + (revision.tombstone() ? " deletes " : " puts ")
                    + change.getKey().toStringUtf8() + " " + change.getCreateRevision()
                    + " " + change.getVersion() + " " + change.getLease());
        }
        assertEquals(
                List.of("3/0 puts b 3 1 0", "4/0 puts a 2 2 0", "5/0 puts c 5 1 77", "6/0 deletes b 0 0 0"), changes);
    }

    private static void assertMeta(Contents contents) throws IOException {
        final SortedMap<byte[], byte[]> meta = small(contents, EtcdBucket.META);
        assertEquals(
                List.of(EtcdSchema.CONF_STATE, EtcdSchema.CONSISTENT_INDEX, EtcdSchema.FINISHED_COMPACT,
                        EtcdSchema.SCHEDULED_COMPACT, EtcdSchema.STORAGE_VERSION, EtcdSchema.TERM),
                meta.keySet().stream().map(String::new).toList());
        final byte[] member = small(contents, EtcdBucket.MEMBERS).firstKey();
        final long id = EtcdSchema.memberId(member);
        assertArrayEquals(member, EtcdSchema.memberKey(id));
        assertArrayEquals(EtcdSchema.confState(ConfState.newBuilder().addVoters(id).build()),
                meta.get(EtcdSchema.bytes(EtcdSchema.CONF_STATE)));
        assertArrayEquals(new RevisionKey(4, 0, false).bytes(),
                meta.get(EtcdSchema.bytes(EtcdSchema.FINISHED_COMPACT)));
        assertEquals("3.7.0", text(meta, EtcdSchema.bytes(EtcdSchema.STORAGE_VERSION), String::new));
        assertEquals("3.7.0", text(small(contents, EtcdBucket.CLUSTER),
                EtcdSchema.bytes(EtcdSchema.CLUSTER_VERSION), String::new));
        assertEquals(2, EtcdSchema.number(meta.get(EtcdSchema.bytes(EtcdSchema.TERM))));
        assertEquals(3, EtcdSchema.number(
                small(contents, EtcdBucket.AUTH).get(EtcdSchema.bytes(EtcdSchema.AUTH_REVISION))));
    }

    /** How a test reads a value. */
    private interface Reading {
        String of(byte[] value) throws InvalidProtocolBufferException;
    }

    private static String text(SortedMap<byte[], byte[]> bucket, byte[] key, Reading reading) throws IOException {
        final byte[] value = bucket.get(key);
        assertTrue(value != null, () -> "no " + Arrays.toString(key));
        return reading.of(value);
    }

    /** The chunks of the gateway's stream; the last is the hash of the others. */
    private static byte[] received(String stream) {
        final Matcher blobs = Pattern.compile("\"blob\":\"([^\"]*)\"").matcher(stream);
        byte[] all = new byte[0];
        while (blobs.find()) {
            final byte[] blob = Base64.getDecoder().decode(blobs.group(1));
            all = Arrays.copyOf(all, all.length + blob.length);
            System.arraycopy(blob, 0, all, all.length - blob.length, blob.length);
        }
        final int data = all.length - HASH_BYTES;
        assertArrayEquals(
                Contents.sha256().digest(Arrays.copyOf(all, data)), Arrays.copyOfRange(all, data, all.length));
        return all;
    }
}
