/** The v2 requests that the logs of 3.4 and 3.5 hold and that members of 3.5 send, as the commands of today. */
@org.jspecify.annotations.NullMarked
module io.drawbore.v2compat {
    requires io.drawbore.api;
    requires com.google.gson;
    requires static org.jspecify;

    provides io.drawbore.api.Plugin with
            io.drawbore.v2compat.internal.V2CompatPlugin;
}
