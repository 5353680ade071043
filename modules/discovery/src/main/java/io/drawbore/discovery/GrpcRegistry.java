package io.drawbore.discovery;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;

/**
 * An etcd reached by gRPC, in clear text, under the first of some addresses that answers. A connection a request: there
 * are a handful of them in a member's life.
 */
public final class GrpcRegistry implements Registry {
    /** Of a message's length and of whether it is compressed. */
    private static final int PREFIX_BYTES = 5;

    private final Settings settings;
    private final HTTP2Client client;

    /**
     * Where and how.
     *
     * @param endpoints {@code host:port}, perhaps with {@code http://} before it
     * @param dial how long a connection may take to open
     * @param request how long an answer may take
     * @param user who asks; empty for nobody
     * @param password the user's
     */
    public record Settings(
            List<String> endpoints, Duration dial, Duration request, String user, String password) {
        /** Copies the list. */
        public Settings {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** Opens nothing yet. */
    public GrpcRegistry(Settings settings) {
        this.settings = settings;
        client = new HTTP2Client();
        client.setConnectTimeout(settings.dial.toMillis());
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public RangeResponse range(RangeRequest request) throws IOException {
        return call("etcdserverpb.KV/Range", request, RangeResponse.parser());
    }

    @Override
    public void put(PutRequest request) throws IOException {
        PutResponse _ = call("etcdserverpb.KV/Put", request, PutResponse.parser());
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private <R extends Message> R call(String method, Message request, Parser<R> parser) throws IOException {
        IOException last = new IOException("there are no endpoints");
        for (String endpoint : settings.endpoints) {
            try {
                return call(address(endpoint), method, request, parser);
            } catch (IOException e) {
                last = new IOException(endpoint + ": " + e.getMessage(), e);
            }
        }
        throw last;
    }

    private static InetSocketAddress address(String endpoint) throws IOException {
        HttpURI url = HttpURI.from(endpoint.contains("://") ? endpoint : "http://" + endpoint);
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() <= 0) {
            throw new IOException("is no http://host:port");
        }
        return new InetSocketAddress(url.getHost(), url.getPort());
    }

    private <R extends Message> R call(InetSocketAddress to, String method, Message request, Parser<R> parser)
            throws IOException {
        Session session = await(client.connect(to, new Session.Listener() {}), settings.dial);
        try {
            String token = settings.user.isEmpty() ? "" : token(session, to);
            return call(session, to, token, method, request, parser);
        } finally {
            session.close(0, "done", Callback.NOOP);
        }
    }

    private String token(Session session, InetSocketAddress to) throws IOException {
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(settings.user)
                .setPassword(settings.password)
                .build();
        return call(session, to, "", "etcdserverpb.Auth/Authenticate", request, AuthenticateResponse.parser())
                .getToken();
    }

    private <R extends Message> R call(
            Session session, InetSocketAddress to, String token, String method, Message request, Parser<R> parser)
            throws IOException {
        HttpFields.Mutable fields = HttpFields.build()
                .put("content-type", "application/grpc")
                .put("te", "trailers");
        if (!token.isEmpty()) {
            fields.put("token", token);
        }
        HttpURI url = HttpURI.from("http://" + to.getHostString() + ":" + to.getPort() + "/" + method);
        Answer answer = new Answer();
        Stream stream = await(
                session.newStream(
                        new HeadersFrame(
                                new MetaData.Request("POST", url, HttpVersion.HTTP_2, fields), null, false),
                        answer),
                settings.request);
        byte[] body = request.toByteArray();
        ByteBuffer framed = ByteBuffer.allocate(PREFIX_BYTES + body.length)
                .put((byte) 0)
                .putInt(body.length)
                .put(body)
                .flip();
        Stream _ = await(stream.data(new DataFrame(stream.getId(), framed, true)), settings.request);
        return message(await(answer.complete, settings.request), parser);
    }

    private static <R extends Message> R message(byte[] framed, Parser<R> parser) throws IOException {
        if (framed.length < PREFIX_BYTES) {
            throw new IOException("answered without a message");
        }
        try {
            return parser.parseFrom(ByteBuffer.wrap(framed, PREFIX_BYTES, framed.length - PREFIX_BYTES));
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("answered what is no message", e);
        }
    }

    /** Collects an answer: its bytes, once it has ended well. */
    private static final class Answer implements Stream.Listener {
        final CompletableFuture<byte[]> complete = new CompletableFuture<>();

        /** Jetty calls one after the other. */
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            if (frame.isEndStream()) {
                end(frame.getMetaData().getHttpFields());
            } else {
                stream.demand();
            }
        }

        private void end(HttpFields trailers) {
            String status = trailers.get("grpc-status");
            if ("0".equals(status)) {
                complete.complete(body.toByteArray());
            } else {
                fail("grpc status " + status + ": " + trailers.get("grpc-message"));
            }
        }

        private void fail(String why) {
            complete.completeExceptionally(new IOException(why));
        }

        @Override
        public void onDataAvailable(Stream stream) {
            Stream.Data data = stream.readData();
            if (data == null) {
                stream.demand();
                return;
            }
            ByteBuffer bytes = data.frame().getByteBuffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            body.writeBytes(copy);
            boolean last = data.frame().isEndStream();
            data.release();
            if (last) {
                fail("answered without a status");
            } else {
                stream.demand();
            }
        }

        @Override
        public void onReset(
                Stream stream, ResetFrame frame, Callback callback) {
            fail("reset the stream");
            callback.succeeded();
        }

        @Override
        public void onFailure(
                Stream stream, int error, String reason, Throwable failure, Callback callback) {
            complete.completeExceptionally(new IOException(reason, failure));
            callback.succeeded();
        }
    }

    private static <T> T await(CompletableFuture<T> future, Duration atMost) throws IOException {
        try {
            return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + atMost, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException failure ? failure : new IOException(String.valueOf(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
