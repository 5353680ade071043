package io.drawbore.rpc.internal;

import java.util.Map;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.FrameType;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Jetty's HTTP/2 with gRPC answered on the raw streams. TLS will need the same for {@code h2}. */
final class ConnectionFactories {
    /** What of a client's data may lie unread on a connection and on one stream of it: each hostile one costs it. */
    private static final int SESSION_WINDOW = 1024 * 1024;
    private static final int STREAM_WINDOW = 512 * 1024;

    private ConnectionFactories() {}

    /** Clear text: prior knowledge and upgrade from HTTP/1.1. */
    static HTTP2CServerConnectionFactory clearText(HttpConfiguration http, GrpcServer server,
            int maxConcurrentStreams) {
        HTTP2CServerConnectionFactory factory = new ClearText(http, server);
        configure(factory, maxConcurrentStreams);
        return factory;
    }

    private static void configure(AbstractHTTP2ServerConnectionFactory factory, int maxConcurrentStreams) {
        factory.setMaxConcurrentStreams(maxConcurrentStreams);
        factory.setRateControlFactory(new RateControl.Factory() {
            @Override
            public RateControl newRateControl(EndPoint endPoint) {
                return new FrameRates();
            }
        });
        factory.setInitialSessionRecvWindow(SESSION_WINDOW);
        factory.setInitialStreamRecvWindow(STREAM_WINDOW);
    }

    private static final class ClearText extends HTTP2CServerConnectionFactory {
        private final GrpcServer server;

        ClearText(HttpConfiguration http, GrpcServer server) {
            super(http);
            this.server = server;
        }

        @Override
        protected ServerSessionListener newSessionListener(Connector connector, EndPoint endPoint) {
            return new SessionListener(new GrpcSession(server, connector), endPoint);
        }

        /** Parts a connection's streams: gRPC is answered on the raw stream, the rest goes where Jetty takes it. */
        private final class SessionListener extends HTTPServerSessionListener {
            private final GrpcSession grpc;

            SessionListener(GrpcSession grpc, EndPoint endPoint) {
                super(endPoint);
                this.grpc = grpc;
            }

            @Override
            public Stream.@Nullable Listener onNewStream(Stream stream, HeadersFrame frame) {
                Stream.Listener call = grpc.take((HTTP2Stream) stream, frame);
                return call == null ? super.onNewStream(stream, frame) : call;
            }

            @Override
            public Map<Integer, Integer> onPreface(Session session) {
                server.liveCalls().opened(session);
                // Jetty answers a client's pings and tells nobody but those who see every frame; what is sent is shown
                // to them before each write, a long message's frames too.
                ((HTTP2Session) session).addEventListener(new HTTP2Session.FrameListener() {
                    @Override
                    public void onIncomingFrame(Session of, Frame frame) {
                        if (frame instanceof PingFrame ping && !ping.isReply()) {
                            grpc.ping(of);
                        }
                    }

                    @Override
                    public void onOutgoingFrame(Session of, Frame frame) {
                        if (frame.getType() == FrameType.DATA || frame.getType() == FrameType.HEADERS) {
                            grpc.sent();
                        }
                    }
                });
                return super.onPreface(session);
            }

            @Override
            public void onClose(Session session, GoAwayFrame frame, Callback callback) {
                server.liveCalls().closed(session);
                super.onClose(session, frame, callback);
            }

            @Override
            public void onFailure(Session session, Throwable failure, Callback callback) {
                server.liveCalls().closed(session);
                super.onFailure(session, failure, callback);
            }

            @Override
            public void onPing(Session session, PingFrame frame) {
                if (frame.isReply()) {
                    grpc.pong();
                }
            }

            /**
             * Raw streams count as idle in Jetty's eyes; whether the other end still lives is asked with a ping
             * instead.
             */
            @Override
            public boolean onIdleTimeout(Session session) {
                grpc.idle(session);
                return false;
            }

            @Override
            public void onStreamFailure(Stream stream, Throwable failure, Callback callback) {
                if (stream.getListener() instanceof GrpcCall<?, ?> call) {
                    call.onFailure(stream, ErrorCode.INTERNAL_ERROR.code, null, failure, callback);
                } else {
                    super.onStreamFailure(stream, failure, callback);
                }
            }
        }
    }
}
