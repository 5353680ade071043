package io.drawbore.testkit.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A history written by hand: who did what from when to when, in seconds. */
final class Story {
    private final Recording recording = new Recording();

    Story did(int client, long from, long to, Message request, Message response) {
        recording.answer(recording.call(client, time(from), Request.of(request)), time(to), Response.of(response));
        return this;
    }

    Story refused(int client, long from, long to, Message request, EtcdError error) {
        recording.refuse(recording.call(client, time(from), Request.of(request)), time(to), error.text());
        return this;
    }

    Story lost(int client, long from, Message request) {
        recording.call(client, time(from), Request.of(request));
        return this;
    }

    /** A put that was answered with its revision. */
    Story put(int client, long from, long to, String key, String value, long revision) {
        return did(client, from, to, put(key, value), put(revision));
    }

    /** A linearizable read of one key, which found this or nothing. */
    Story get(int client, long from, long to, String key, long revision, KeyValue... found) {
        return did(client, from, to, get(key).build(), found(revision, found));
    }

    /** A watch with what came for it, one response a second from its creation on. */
    Story watch(long from, WatchCreateRequest.Builder request, WatchResponse.Builder... responses) {
        receive(recording.watch(9, time(from), request.build()), from, responses);
        return this;
    }

    /** A watch that goes on in the place of an earlier one. */
    Story resume(int watch, long from, WatchCreateRequest.Builder request, WatchResponse.Builder... responses) {
        receive(recording.resume(watch, time(from), request.build()), from, responses);
        return this;
    }

    private void receive(int watch, long from, WatchResponse.Builder... responses) {
        for (int i = 0; i < responses.length; i++) {
            recording.receive(watch, time(from + 1 + i), responses[i].build());
        }
    }

    History history() {
        return recording.history();
    }

    List<Violation> judge() {
        return new HistoryJudge(TimeUnit.SECONDS.toNanos(1), 10_000).judge(history());
    }

    void isRight() {
        assertEquals("", HistoryJudge.text(judge()));
    }

    /** It is rejected, and for this reason. */
    void breaks(Violation.Rule rule) {
        List<Violation> found = judge();
        assertTrue(
                found.stream().anyMatch(violation -> violation.rule() == rule),
                () -> rule + " is not among: " + HistoryJudge.text(found));
    }

    static long time(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    static PutRequest put(String key, String value, long lease) {
        return put(key, value).toBuilder().setLease(lease).build();
    }

    static PutResponse put(long revision) {
        return PutResponse.newBuilder().setHeader(header(revision)).build();
    }

    static RangeRequest.Builder get(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key));
    }

    /** All keys from one on. */
    static RangeRequest.Builder from(String key) {
        return get(key).setRangeEnd(bytes("\0"));
    }

    static RangeResponse found(long revision, KeyValue... found) {
        return RangeResponse.newBuilder()
                .setHeader(header(revision))
                .addAllKvs(List.of(found))
                .setCount(found.length)
                .build();
    }

    static DeleteRangeRequest delete(String key) {
        return DeleteRangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    static DeleteRangeResponse deleted(long revision, int deleted) {
        return DeleteRangeResponse.newBuilder().setHeader(header(revision)).setDeleted(deleted).build();
    }

    static CompactionRequest compact(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }

    static CompactionResponse compacted(long revision) {
        return CompactionResponse.newBuilder().setHeader(header(revision)).build();
    }

    static LeaseGrantRequest grant(long lease, long seconds) {
        return LeaseGrantRequest.newBuilder().setID(lease).setTTL(seconds).build();
    }

    static LeaseGrantResponse granted(long lease, long seconds, long revision) {
        return LeaseGrantResponse.newBuilder().setID(lease).setTTL(seconds).setHeader(header(revision)).build();
    }

    static LeaseKeepAliveRequest renew(long lease) {
        return LeaseKeepAliveRequest.newBuilder().setID(lease).build();
    }

    /** With 0 seconds, there is no such lease. */
    static LeaseKeepAliveResponse renewed(long lease, long seconds, long revision) {
        return LeaseKeepAliveResponse.newBuilder().setID(lease).setTTL(seconds).setHeader(header(revision)).build();
    }

    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setClusterId(1).setMemberId(2).setRaftTerm(3).setRevision(revision).build();
    }

    static KeyValue kv(String key, String value, long created, long modified, long version) {
        return kv(key, value, created, modified, version, 0);
    }

    static KeyValue kv(String key, String value, long created, long modified, long version, long lease) {
        return KeyValue.newBuilder()
                .setKey(bytes(key))
                .setValue(bytes(value))
                .setCreateRevision(created)
                .setModRevision(modified)
                .setVersion(version)
                .setLease(lease)
                .build();
    }

    /** A watch over all keys from a revision on. */
    static WatchCreateRequest.Builder everything(long start) {
        return WatchCreateRequest.newBuilder()
                .setKey(bytes("\0"))
                .setRangeEnd(bytes("\0"))
                .setStartRevision(start);
    }

    static WatchResponse.Builder created(long revision) {
        return WatchResponse.newBuilder().setHeader(header(revision)).setCreated(true);
    }

    /** A response with events, or, without any, a progress report. */
    static WatchResponse.Builder events(long revision, Event... events) {
        return WatchResponse.newBuilder().setHeader(header(revision)).addAllEvents(List.of(events));
    }

    static Event putEvent(KeyValue kv) {
        return Event.newBuilder().setType(Event.EventType.PUT).setKv(kv).build();
    }

    static Event deleteEvent(String key, long revision) {
        KeyValue kv = KeyValue.newBuilder().setKey(bytes(key)).setModRevision(revision).build();
        return Event.newBuilder().setType(Event.EventType.DELETE).setKv(kv).build();
    }
}
