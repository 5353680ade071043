package io.drawbore.interop;

import java.nio.file.Path;
import java.util.List;

/** The servers that scripts run against: ours, and the real ones that judge the scripts. */
enum ServerKind {
    DRAWBORE,
    DRAWBORE_AS_3_6,
    ETCD_3_7,
    ETCD_3_6,
    ETCD_3_5;

    /** The program that starts it; skips the test where it cannot be had. */
    Path program() {
        return switch (this) {
            case DRAWBORE, DRAWBORE_AS_3_6 -> Programs.drawbore();
            case ETCD_3_7 -> Programs.go("etcd-3.7");
            case ETCD_3_6 -> Programs.go("etcd-3.6");
            case ETCD_3_5 -> Programs.go("etcd-3.5");
        };
    }

    /** What its program is told besides, to be of this kind. */
    List<String> flags() {
        return this == DRAWBORE_AS_3_6 ? List.of("--emulated-version=3.6") : List.of();
    }

    /** Whether it is none of ours. */
    boolean isEtcd() {
        return this != DRAWBORE && this != DRAWBORE_AS_3_6;
    }

    /** A flag in the words of its version. */
    String words(final String flag) {
        return this == ETCD_3_5 && flag.startsWith("--snapshot-catchup-entries")
                ? flag.replace("--", "--experimental-")
                : flag;
    }
}
