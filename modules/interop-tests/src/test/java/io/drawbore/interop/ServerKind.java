package io.drawbore.interop;

import java.nio.file.Path;

/** The servers that scripts run against: ours, and the real ones that judge the scripts. */
enum ServerKind {
    DRAWBORE,
    ETCD_3_7,
    ETCD_3_6,
    ETCD_3_5;

    /** The program that starts it; skips the test where it cannot be had. */
    Path program() {
        return switch (this) {
            case DRAWBORE -> Programs.drawbore();
            case ETCD_3_7 -> Programs.go("etcd-3.7");
            case ETCD_3_6 -> Programs.go("etcd-3.6");
            case ETCD_3_5 -> Programs.go("etcd-3.5");
        };
    }
}
