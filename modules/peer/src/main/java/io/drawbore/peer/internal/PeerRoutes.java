package io.drawbore.peer.internal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.leasepb.LeaseInternalRequest;
import io.drawbore.proto.leasepb.LeaseInternalResponse;
import io.drawbore.proto.raftpb.Message;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/** Which path of the peer port is answered how: as by an etcd. Any of Jetty's threads; waits for the store at most. */
final class PeerRoutes extends Handler.Abstract {
    static final String OTHER_RECEIVER = "to field mismatch";

    private static final int MOST_LEASE_BYTES = 64 * 1024;
    private static final int MOST_HASH_BYTES = 64 * 1024;

    private final Link link;
    private final PeerTable peers;
    private final Gate gate;
    private final Refusals refusals;
    private final SnapshotDownload snapshots;

    PeerRoutes(Link link, PeerTable peers, Refusals refusals, SnapshotDownload snapshots) {
        this.link = link;
        this.peers = peers;
        this.gate = new Gate(link.local());
        this.refusals = refusals;
        this.snapshots = snapshots;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (path.startsWith(PeerPaths.STREAM)) {
            stream(path, request, response, callback);
        } else if (path.startsWith(PeerPaths.PROMOTE)) {
            promote(path.substring(PeerPaths.PROMOTE.length()), request, response, callback);
        } else {
            whole(path, request, response, callback);
        }
        return true;
    }

    private void whole(String path, Request request, Response response, Callback callback) {
        switch (path) {
            case PeerPaths.RAFT -> raft(request, response, callback);
            case PeerPaths.SNAPSHOT -> snapshot(request, response, callback);
            case PeerPaths.PROBING -> Reply.json(response, callback, Status.OK, Probing.answer());
            case PeerPaths.MEMBERS -> members(request, response, callback);
            case PeerPaths.HASH -> hash(request, response, callback);
            case PeerPaths.LEASES -> lease(request, response, callback);
            case PeerPaths.LEASES_INTERNAL -> leaseInternal(request, response, callback);
            case PeerPaths.DOWNGRADE -> downgrade(request, response, callback);
            case PeerPaths.VERSION -> version(request, response, callback);
            default -> Reply.notFound(response, callback);
        }
    }

    // ---- raft

    private void stream(String path, Request request, Response response, Callback callback) {
        if (isRefused("GET", request, response, callback)) {
            return;
        }
        response.getHeaders().put(Local.SERVER_VERSION, link.local().version().toString());
        String[] parts = path.substring(PeerPaths.STREAM.length()).split("/", -1);
        StreamKind kind = parts.length == 2 ? kind(parts[0]) : null;
        if (kind == null) {
            Reply.error(response, callback, Status.NOT_FOUND, "invalid path");
            return;
        }
        Long from = Gate.id(parts[1]);
        if (from == null) {
            Reply.error(response, callback, Status.NOT_FOUND, "invalid from");
            return;
        }
        if (link.member().isRemoved(from)) {
            refuse(request, response, callback, Status.GONE, Pipeline.REMOVED);
            return;
        }
        RemotePeer peer = peers.member(from);
        if (peer == null) {
            peers.stranger(from, Gate.urls(request.getHeaders()));
            refuse(request, response, callback, Status.NOT_FOUND, "error sender not found");
            return;
        }
        if (!link.local().id().equals(request.getHeaders().get(Local.RAFT_TO))) {
            refuse(request, response, callback, Status.PRECONDITION_FAILED, OTHER_RECEIVER);
            return;
        }
        response.setStatus(Status.OK);
        peer.attach(kind, response, callback, request.getConnectionMetaData().getConnection().getEndPoint());
    }

    private static @Nullable StreamKind kind(String word) {
        for (StreamKind kind : StreamKind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        return null;
    }

    private void raft(Request request, Response response, Callback callback) {
        if (isRefused("POST", request, response, callback)) {
            return;
        }
        learnSender(request);
        body(request, response, callback, FrameDecoder.MAX_FRAME_BYTES, "error reading raft message", bytes -> {
            Message message;
            try {
                message = Message.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                link.metrics().receivedFailures(Request.getRemoteAddr(request)).increment();
                refuse(request, response, callback, Status.BAD_REQUEST, "error unmarshalling raft message");
                return;
            }
            link.metrics().receivedBytes(MemberIds.hex(message.getFrom())).add(bytes.length);
            if (link.member().isRemoved(message.getFrom())) {
                refusals.tell(MemberIds.hex(message.getFrom()), Pipeline.REMOVED);
                forbid(response, callback);
            } else if (message.getTo() != link.local().memberId()) {
                // an etcd says 403 here, by which its sender would believe that it was removed, and end
                refuse(request, response, callback, Status.PRECONDITION_FAILED, OTHER_RECEIVER);
            } else {
                link.member().receive(message);
                Reply.noContent(response, callback);
            }
        });
    }

    private void snapshot(Request request, Response response, Callback callback) {
        if (isRefused("POST", request, response, callback)) {
            return;
        }
        learnSender(request);
        snapshots.handle(request, response, callback);
    }

    /** A sender that ends by this: only where its removal is committed, as this member's store knows. */
    static void forbid(Response response, Callback callback) {
        Reply.json(response, callback, Status.FORBIDDEN,
                "{\"message\":\"cannot process message from " + Pipeline.REMOVED + "\"}");
    }

    private void learnSender(Request request) {
        HttpFields headers = request.getHeaders();
        Long from = Gate.id(headers.get(Local.SERVER_FROM));
        List<String> urls = Gate.urls(headers);
        if (from != null && !urls.isEmpty() && peers.find(from) == null && !link.member().isRemoved(from)) {
            peers.stranger(from, urls);
        }
    }

    private boolean isRefused(String method, Request request, Response response, Callback callback) {
        if (!request.getMethod().equals(method)) {
            Reply.wrongMethod(response, callback, method);
            return true;
        }
        response.getHeaders().put(Local.CLUSTER_ID, link.local().cluster());
        String refusal = gate.refusal(request.getHeaders());
        if (refusal == null) {
            return false;
        }
        // etcd's word goes to the sender; ours, with both versions, is told here
        String told = gate.skew(request.getHeaders()).orElse(refusal);
        refusals.tell(sender(request), told);
        Reply.error(response, callback, Status.PRECONDITION_FAILED, refusal);
        return true;
    }

    private static String sender(Request request) {
        String from = request.getHeaders().get(Local.SERVER_FROM);
        return Request.getRemoteAddr(request) + (from == null ? "" : " (" + from + ")");
    }

    private void refuse(Request request, Response response, Callback callback, int status, String why) {
        refusals.tell(sender(request), why);
        Reply.error(response, callback, status, why);
    }

    // ---- the rest

    private void members(Request request, Response response, Callback callback) {
        if (isRead(request, response, callback)) {
            response.getHeaders().put(Local.CLUSTER_ID, link.local().cluster());
            Reply.json(response, callback, Status.OK, json(link.member().members()));
        }
    }

    private static String json(List<Member> members) {
        return members.stream()
                .map(member -> member.toJson().toStringUtf8())
                .collect(Collectors.joining(",", "[", "]\n"));
    }

    private void promote(String id, Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("POST")) {
            Reply.wrongMethod(response, callback, "POST");
            return;
        }
        response.getHeaders().put(Local.CLUSTER_ID, link.local().cluster());
        long learner;
        try {
            learner = Long.parseUnsignedLong(id);
        } catch (NumberFormatException e) {
            Reply.error(response, callback, Status.NOT_FOUND, "member " + id + " not found in cluster");
            return;
        }
        var _ = link.member()
                .promote(learner, request.getHeaders().get("Authorization"))
                .whenComplete((members, failure) -> {
                    if (failure == null) {
                        Reply.json(response, callback, Status.OK, json(members));
                    } else {
                        notPromoted(response, callback, failure);
                    }
                });
    }

    private static void notPromoted(Response response, Callback callback, Throwable failure) {
        if (is(failure, EtcdError.MEMBER_NOT_FOUND)) {
            Reply.error(response, callback, Status.NOT_FOUND, "membership: ID not found");
        } else if (is(failure, EtcdError.MEMBER_NOT_LEARNER)) {
            Reply.error(response, callback, Status.PRECONDITION_FAILED,
                    "membership: can only promote a learner member");
        } else if (is(failure, EtcdError.LEARNER_NOT_READY)) {
            Reply.error(response, callback, Status.PRECONDITION_FAILED, text(failure));
        } else {
            Reply.json(response, callback, Status.INTERNAL_ERROR, "{\"message\":\"Internal Server Error\"}");
        }
    }

    private void hash(Request request, Response response, Callback callback) {
        if (!isRead(request, response, callback)) {
            return;
        }
        String cluster = request.getHeaders().get(Local.CLUSTER_ID);
        if (cluster != null && !cluster.isEmpty() && !cluster.equals(link.local().cluster())) {
            refuse(request, response, callback, Status.PRECONDITION_FAILED, Gate.OTHER_CLUSTER);
            return;
        }
        body(request, response, callback, MOST_HASH_BYTES, "error reading body", bytes -> {
            long revision;
            try {
                JsonObject asked = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
                revision = asked.has("revision") ? asked.get("revision").getAsLong() : 0;
            } catch (JsonParseException | IllegalStateException | NumberFormatException
                    | UnsupportedOperationException e) {
                Reply.error(response, callback, Status.BAD_REQUEST, "error unmarshalling request");
                return;
            }
            var _ = link.member().hashKv(revision).whenComplete((hash, failure) -> {
                if (failure == null) {
                    response.getHeaders().put(Local.CLUSTER_ID, link.local().cluster());
                    Reply.json(response, callback, Status.OK, json(hash));
                } else {
                    Reply.error(response, callback, Status.BAD_REQUEST, text(failure).replace("etcdserver: ", ""));
                }
            });
        });
    }

    private static String json(HashKVResponse hash) {
        JsonObject header = new JsonObject();
        header.addProperty("cluster_id", number(hash.getHeader().getClusterId()));
        header.addProperty("member_id", number(hash.getHeader().getMemberId()));
        header.addProperty("revision", hash.getHeader().getRevision());
        header.addProperty("raft_term", number(hash.getHeader().getRaftTerm()));
        JsonObject json = new JsonObject();
        json.add("header", header);
        json.add("hash", new JsonPrimitive(Integer.toUnsignedLong(hash.getHash())));
        json.addProperty("compact_revision", hash.getCompactRevision());
        json.addProperty("hash_revision", hash.getHashRevision());
        return json.toString();
    }

    private static BigInteger number(long unsigned) {
        return new BigInteger(Long.toUnsignedString(unsigned));
    }

    private void lease(Request request, Response response, Callback callback) {
        leaseBody(request, response, callback, bytes -> {
            LeaseKeepAliveRequest asked = LeaseKeepAliveRequest.parseFrom(bytes);
            var _ = link.member().renewLease(asked.getID()).whenComplete((seconds, failure) -> {
                if (failure != null) {
                    Reply.error(response, callback, Status.BAD_REQUEST, notPrimary(failure));
                } else if (seconds == 0) {
                    Reply.error(response, callback, Status.NOT_FOUND, "lease not found");
                } else {
                    Reply.protobuf(response, callback, LeaseKeepAliveResponse.newBuilder()
                            .setID(asked.getID())
                            .setTTL(seconds)
                            .build()
                            .toByteArray());
                }
            });
        });
    }

    private void leaseInternal(Request request, Response response, Callback callback) {
        leaseBody(request, response, callback, bytes -> {
            LeaseInternalRequest asked = LeaseInternalRequest.parseFrom(bytes);
            var _ = link.member()
                    .timeToLive(asked.getLeaseTimeToLiveRequest())
                    .whenComplete((answer, failure) -> {
                        if (failure != null) {
                            Reply.error(response, callback, Status.INTERNAL_ERROR, notPrimary(failure));
                        } else if (answer.getTTL() < 0 && answer.getGrantedTTL() == 0) {
                            Reply.error(response, callback, Status.NOT_FOUND, "lease not found");
                        } else {
                            Reply.protobuf(response, callback, LeaseInternalResponse.newBuilder()
                                    .setLeaseTimeToLiveResponse(answer)
                                    .build()
                                    .toByteArray());
                        }
                    });
        });
    }

    private static String notPrimary(Throwable failure) {
        return is(failure, EtcdError.NOT_LEADER) ? "not a primary lessor" : text(failure);
    }

    private interface LeaseQuestion {
        void ask(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private void leaseBody(Request request, Response response, Callback callback, LeaseQuestion question) {
        if (!request.getMethod().equals("POST")) {
            Reply.error(response, callback, Status.METHOD_NOT_ALLOWED, "Method Not Allowed");
            return;
        }
        if (request.getLength() > MOST_LEASE_BYTES) {
            Reply.error(response, callback, Status.TOO_LARGE, "request body too large");
            return;
        }
        body(request, response, callback, MOST_LEASE_BYTES, "error reading body", bytes -> {
            try {
                question.ask(bytes);
            } catch (InvalidProtocolBufferException e) {
                Reply.error(response, callback, Status.BAD_REQUEST, "error unmarshalling request");
            }
        });
    }

    private void downgrade(Request request, Response response, Callback callback) {
        if (isRead(request, response, callback)) {
            response.getHeaders().put(Local.CLUSTER_ID, link.local().cluster());
            var _ = link.member().downgradeEnabled().whenComplete((enabled, failure) -> {
                if (failure == null) {
                    Reply.text(response, callback, enabled.toString());
                } else {
                    Reply.error(response, callback, Status.INTERNAL_ERROR, "failed linearized read: " + text(failure));
                }
            });
        }
    }

    private void version(Request request, Response response, Callback callback) {
        if (isRead(request, response, callback)) {
            FrontDoor.Versions versions = link.member().versions();
            JsonObject json = new JsonObject();
            json.addProperty("etcdserver", versions.server());
            json.addProperty("etcdcluster", versions.cluster());
            json.addProperty("storage", versions.storage());
            Reply.json(response, callback, Status.OK, json.toString());
        }
    }

    private static boolean isRead(Request request, Response response, Callback callback) {
        if (request.getMethod().equals("GET")) {
            return true;
        }
        Reply.wrongMethod(response, callback, "GET");
        return false;
    }

    private void body(
            Request request, Response response, Callback callback, int limit, String otherwise, Consumer<byte[]> then) {
        Content.Source.asByteArrayAsync(request, limit, new Promise.Invocable<>() {
            @Override
            public void succeeded(byte[] bytes) {
                then.accept(bytes);
            }

            @Override
            public void failed(Throwable failure) {
                link.metrics().receivedFailures(Request.getRemoteAddr(request)).increment();
                refuse(request, response, callback, Status.BAD_REQUEST, otherwise);
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.BLOCKING;
            }
        });
    }

    private static Throwable reason(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    private static boolean is(Throwable failure, EtcdError error) {
        return reason(failure) instanceof EtcdException etcd
                && etcd.code() == error.code()
                && etcd.text().equals(error.text());
    }

    private static String text(Throwable failure) {
        return String.valueOf(reason(failure).getMessage());
    }
}
