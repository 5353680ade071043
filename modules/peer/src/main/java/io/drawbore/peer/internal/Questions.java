package io.drawbore.peer.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.EtcdError;
import io.drawbore.api.StorageException;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.leasepb.LeaseInternalRequest;
import io.drawbore.proto.leasepb.LeaseInternalResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;

/** What one member asks another. Whatever goes wrong on the way is etcd's timeout. Any thread; never waits. */
public final class Questions {
    /** An answer may be so large. */
    private static final int MOST_BYTES = 64 << 20;

    /** Who asks has a limit of its own; nobody waits longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long NO_LEASE = -1;

    private final Link link;
    private final PeerTable peers;

    Questions(Link link, PeerTable peers) {
        this.link = link;
        this.peers = peers;
    }

    /** See {@link io.drawbore.server.Peers#promote}. */
    public CompletableFuture<List<Member>> promote(long leader, long learner) {
        return ask(leader, HttpMethod.POST, PeerPaths.PROMOTE + Long.toUnsignedString(learner), new byte[0])
                .thenApply(answer -> switch (answer.getStatus()) {
                    case Status.OK -> members(answer.getContent());
                    case Status.NOT_FOUND -> throw EtcdError.MEMBER_NOT_FOUND.exception();
                    case Status.PRECONDITION_FAILED -> throw notPromoted(answer.getContentAsString());
                    default -> throw EtcdError.TIMEOUT.exception();
                });
    }

    private static RuntimeException notPromoted(String text) {
        if (text.contains("in sync with leader")) {
            return EtcdError.LEARNER_NOT_READY.exception();
        }
        return text.contains("can only promote a learner")
                ? EtcdError.MEMBER_NOT_LEARNER.exception()
                : EtcdError.TIMEOUT.exception();
    }

    /** See {@link io.drawbore.server.Peers#renewLease}. */
    public CompletableFuture<Long> renewLease(long leader, long lease) {
        byte[] request =
                LeaseKeepAliveRequest.newBuilder().setID(lease).build().toByteArray();
        return ask(leader, HttpMethod.POST, PeerPaths.LEASES, request)
                .thenApply(answer -> switch (answer.getStatus()) {
                    case Status.OK -> read(LeaseKeepAliveResponse::parseFrom, answer).getTTL();
                    case Status.NOT_FOUND -> 0L;
                    default -> throw EtcdError.TIMEOUT.exception();
                });
    }

    /** See {@link io.drawbore.server.Peers#timeToLive}. */
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long leader, LeaseTimeToLiveRequest request) {
        byte[] asked = LeaseInternalRequest.newBuilder()
                .setLeaseTimeToLiveRequest(request)
                .build()
                .toByteArray();
        return ask(leader, HttpMethod.POST, PeerPaths.LEASES_INTERNAL, asked)
                .thenApply(answer -> switch (answer.getStatus()) {
                    case Status.OK -> read(LeaseInternalResponse::parseFrom, answer).getLeaseTimeToLiveResponse();
                    case Status.NOT_FOUND ->
                        LeaseTimeToLiveResponse.newBuilder()
                                .setID(request.getID())
                                .setTTL(NO_LEASE)
                                .build();
                    default -> throw EtcdError.TIMEOUT.exception();
                });
    }

    /** See {@link io.drawbore.server.Peers#version}. */
    public CompletableFuture<String> version(long member) {
        return ask(member, HttpMethod.GET, PeerPaths.VERSION, new byte[0]).thenApply(answer -> {
            if (answer.getStatus() != Status.OK) {
                throw EtcdError.TIMEOUT.exception();
            }
            return json(answer.getContentAsString(), json -> json.getAsJsonObject()
                    .get("etcdserver")
                    .getAsString());
        });
    }

    private CompletableFuture<ContentResponse> ask(long member, HttpMethod method, String path, byte[] body) {
        RemotePeer peer = peers.find(member);
        if (peer == null) {
            return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
        }
        String url = peer.addresses().pick();
        Request request = UnixUrl.request(link.client(), url)
                .method(method)
                .path(path)
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .headers(link.local()::introduce);
        if (method == HttpMethod.POST) {
            request.body(new BytesRequestContent(PeerPaths.PROTOBUF, body));
        }
        return new CompletableResponseListener(request, MOST_BYTES).send().exceptionallyCompose(_ -> {
            peer.addresses().unreachable(url);
            return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
        });
    }

    private interface Reader<T> {
        T read(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private static <T> T read(Reader<T> reader, ContentResponse answer) {
        try {
            return reader.read(answer.getContent());
        } catch (InvalidProtocolBufferException e) {
            throw EtcdError.TIMEOUT.exception();
        }
    }

    /**
     * Members as one tells them to another.
     *
     * @throws io.drawbore.api.EtcdException where they are none
     */
    static List<Member> members(byte[] bytes) {
        return json(new String(bytes, java.nio.charset.StandardCharsets.UTF_8), json -> {
            List<Member> members = new ArrayList<>();
            for (JsonElement one : json.getAsJsonArray()) {
                members.add(Member.fromJson(ByteString.copyFromUtf8(one.toString())));
            }
            return members;
        });
    }

    private static <T> T json(String text, Function<JsonElement, T> what) {
        try {
            return what.apply(JsonParser.parseString(text));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | StorageException e) {
            throw EtcdError.TIMEOUT.exception();
        }
    }
}
