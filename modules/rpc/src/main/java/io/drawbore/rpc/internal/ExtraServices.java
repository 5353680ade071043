package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.rpc.ClientExtensions;
import java.util.ArrayList;
import java.util.List;

/** The services that a client port has beside its own, as methods like all others. Learners don't answer them. */
final class ExtraServices {
    private ExtraServices() {}

    static List<RpcMethod<?, ?>> of(ClientExtensions extensions) {
        List<RpcMethod<?, ?>> methods = new ArrayList<>();
        for (ClientExtensions.Service service : extensions.services()) {
            for (ClientExtensions.Method<?, ?> method : service.methods()) {
                methods.add(of(service.name(), method));
            }
        }
        return methods;
    }

    private static <Q extends Message, R extends Message> RpcMethod<Q, R> of(
            String service, ClientExtensions.Method<Q, R> method) {
        return switch (method) {
            case ClientExtensions.Unary<Q, R> unary -> new RpcMethod.Unary<>(service, unary.name(), List.of(),
                    unary.emptyRequest(), _ -> false, true, unary.handler());
            case ClientExtensions.ServerStreaming<Q, R> streaming -> new RpcMethod.Streaming<>(service,
                    streaming.name(), List.of(), streaming.emptyRequest(), false, false,
                    new ServerStreamHandler<Q, R>(streaming.handler()::stream, true));
        };
    }
}
