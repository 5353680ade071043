package io.drawbore.rpc.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.metrics.Metrics;
import io.drawbore.rpc.EndpointConfig;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Which path of plain HTTP is answered by whom. Never blocks. */
final class HttpRoutes extends Handler.Abstract.NonBlocking {
    private final FrontDoor door;
    private final GrpcServer grpc;
    private final Metrics metrics;

    HttpRoutes(FrontDoor door, GrpcServer grpc, Metrics metrics, EndpointConfig config) {
        this.door = door;
        this.grpc = grpc;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (grpc.method(path) != null) {
            HttpReply.text(response, callback, 415, "gRPC methods take the content type application/grpc\n");
            return true;
        }
        switch (path) {
            case "/version" -> version(request, response, callback);
            case "/metrics" -> HttpReply.send(response, callback, 200, Metrics.CONTENT_TYPE, metrics.text());
            default -> HttpReply.notFound(response, callback);
        }
        return true;
    }

    private void version(Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET")) {
            HttpReply.wrongMethod(response, callback, "GET");
            return;
        }
        FrontDoor.Versions versions = door.versions();
        HttpReply.json(response, callback, 200, "{\"etcdserver\":\"" + versions.server() + "\",\"etcdcluster\":\""
                + versions.cluster() + "\",\"storage\":\"" + versions.storage() + "\"}");
    }
}
