package io.drawbore.server;

import io.drawbore.api.MinorVersion;

/** The etcd that this software takes the place of. */
public final class EtcdVersion {
    /** What clients and peers are told: {@code X.Y.Z}. */
    public static final String SERVER = "3.7.1";

    /** The version of a cluster of members like this one: {@code X.Y.0}. */
    public static final String CLUSTER = "3.7.0";

    /** The storage version this software writes: {@code X.Y.0}. */
    public static final String STORAGE = "3.7.0";

    /** The same without its patch. */
    public static final MinorVersion MINOR = MinorVersion.of(SERVER).orElseThrow();

    private EtcdVersion() {}
}
