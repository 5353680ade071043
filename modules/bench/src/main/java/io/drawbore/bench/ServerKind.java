package io.drawbore.bench;

import java.util.List;
import java.util.stream.Stream;

/** The servers that are compared. The first etcd is what ratios are taken to. */
enum ServerKind {
    DRAWBORE("drawbore"),
    ETCD_3_7("etcd-3.7"),
    ETCD_3_6("etcd-3.6");

    /** What every ratio is taken to. */
    static final ServerKind REFERENCE = ETCD_3_7;

    private final String title;

    ServerKind(final String title) {
        this.title = title;
    }

    /** Its name on the command line and in the tables. */
    String title() {
        return title;
    }

    /** The server of a name on the command line. */
    static ServerKind named(final String title) {
        return Stream.of(values())
                .filter(kind -> kind.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no server " + title + "; there are " + titles()));
    }

    private static List<String> titles() {
        return Stream.of(values()).map(ServerKind::title).toList();
    }
}
