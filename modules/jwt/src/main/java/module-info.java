/** Tokens as etcd signs them: members that have the same keys know each other's, etcds among them. */
@org.jspecify.annotations.NullMarked
module io.drawbore.jwt {
    requires com.nimbusds.jose.jwt;
    requires io.drawbore.api;
    requires static org.jspecify;

    provides io.drawbore.api.Plugin with
            io.drawbore.jwt.internal.JwtPlugin;
}
