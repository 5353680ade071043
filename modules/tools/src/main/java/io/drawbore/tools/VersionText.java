package io.drawbore.tools;

import io.drawbore.api.MinorVersion;
import io.drawbore.server.EtcdVersion;

/** What {@code version} prints: the etcdutl that this one stands for. */
final class VersionText {
    private VersionText() {}

    static String render() {
        MinorVersion api = EtcdVersion.NEWEST.minor();
        return "etcdutl version: " + EtcdVersion.NEWEST + "\nAPI version: " + api.major() + "." + api.minor() + "\n";
    }
}
