package io.drawbore.rpc.internal;

import io.drawbore.rpc.EndpointConfig;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What browsers are told about pages that may call (CORS), and the defence against pages that give a name of their own
 * to this member's address (DNS rebinding). As etcd has it; looked at before any path is. Any thread.
 */
final class BrowserRules {
    private static final String ANY = "*";

    private final EndpointConfig.Browsers rules;

    BrowserRules(EndpointConfig.Browsers rules) {
        this.rules = rules;
    }

    /** Adds what browsers must know to the answer, or gives the answer itself: then true. */
    boolean answers(Request request, Response response, Callback callback) {
        String host = Request.getServerName(request);
        if (!rules.hosts().contains(ANY) && !rules.hosts().contains(host)) {
            UnreadBody.drop(request, response, callback, () -> HttpReply.text(response, callback, 421, "the host \""
                    + host + "\" is not one that this member is known by; --host-whitelist names those\n"));
            return true;
        }
        String origin = rules.origins().contains(ANY) ? ANY : request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && rules.origins().contains(origin)) {
            response.getHeaders()
                    .put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE")
                    .put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, "accept, content-type, authorization");
        }
        if (!request.getMethod().equals("OPTIONS")) {
            return false;
        }
        response.setStatus(200);
        response.write(true, null, callback);
        return true;
    }
}
