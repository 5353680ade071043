package io.drawbore.jwt.internal;

import io.drawbore.api.Plugin;
import io.drawbore.api.TokenProvider;
import java.util.List;

/** Offers etcd's signed tokens. */
public final class JwtPlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public JwtPlugin() {}

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public List<TokenProvider> tokenProviders() {
        return List.of(new JwtProvider());
    }
}
