/**
 * The host's mortises: what a module may provide ({@link io.drawbore.api.Plugin}, {@link io.drawbore.api.Backend},
 * {@link io.drawbore.api.LogStore}), what it may call ({@link io.drawbore.api.FrontDoor}), and the words they share.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.api {
    requires transitive io.drawbore.proto;
    requires static transitive org.jspecify;

    exports io.drawbore.api;
}
