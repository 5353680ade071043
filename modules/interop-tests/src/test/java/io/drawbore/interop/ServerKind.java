package io.drawbore.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The servers that scripts run against: ours, and the real ones that judge the scripts. */
enum ServerKind {
    DRAWBORE,
    DRAWBORE_AS_3_6,
    DRAWBORE_IN_MEMORY,
    DRAWBORE_ON_MVSTORE,
    DRAWBORE_WITH_JWT,
    ETCD_3_7,
    ETCD_3_6,
    ETCD_3_5;

    /** The program that starts it; skips the test where it cannot be had. */
    Path program() {
        return switch (this) {
            case DRAWBORE, DRAWBORE_AS_3_6, DRAWBORE_IN_MEMORY, DRAWBORE_ON_MVSTORE, DRAWBORE_WITH_JWT ->
                Programs.drawbore();
            case ETCD_3_7 -> Programs.go("etcd-3.7");
            case ETCD_3_6 -> Programs.go("etcd-3.6");
            case ETCD_3_5 -> Programs.go("etcd-3.5");
        };
    }

    /** What its program is told besides, to be of this kind. */
    List<String> flags() {
        return switch (this) {
            case DRAWBORE_AS_3_6 -> List.of("--emulated-version=3.6");
            case DRAWBORE_IN_MEMORY -> List.of("--backend=memory", "--plugins-dir=" + Samples.memory());
            case DRAWBORE_ON_MVSTORE ->
                List.of("--backend=mvstore", "--plugins-dir=" + Samples.plugin("mvstore-backend"));
            case DRAWBORE_WITH_JWT -> List.of("--plugins-dir=" + Samples.jwt());
            case DRAWBORE, ETCD_3_7, ETCD_3_6, ETCD_3_5 -> List.of();
        };
    }

    /** Variables that its program is told by: modules of Java that a plug-in's library wants and a member doesn't. */
    Map<String, String> variables() {
        return this == DRAWBORE_WITH_JWT
                ? Map.of("DRAWBORE_JAVA_OPTS", "--add-modules=jdk.crypto.ec,jdk.crypto.cryptoki")
                : Map.of();
    }

    /** Whether it is none of ours. */
    boolean isEtcd() {
        return switch (this) {
            case DRAWBORE, DRAWBORE_AS_3_6, DRAWBORE_IN_MEMORY, DRAWBORE_ON_MVSTORE, DRAWBORE_WITH_JWT -> false;
            case ETCD_3_7, ETCD_3_6, ETCD_3_5 -> true;
        };
    }

    /** A flag in the words of its version. */
    String words(final String flag) {
        return this == ETCD_3_5 && flag.startsWith("--snapshot-catchup-entries")
                ? flag.replace("--", "--experimental-")
                : flag;
    }
}
