package io.drawbore.v2compat.internal;

import io.drawbore.api.Plugin;
import io.drawbore.api.V2Translator;
import java.util.List;

/** Offers to translate v2 requests, or to stop at each. */
public final class V2CompatPlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public V2CompatPlugin() {}

    @Override
    public String name() {
        return "v2compat";
    }

    @Override
    public List<V2Translator> v2Translators() {
        return List.of(new MembershipTranslator(), V2Translator.REJECT);
    }
}
