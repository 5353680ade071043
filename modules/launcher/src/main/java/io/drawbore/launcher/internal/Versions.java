package io.drawbore.launcher.internal;

import io.drawbore.server.EtcdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/** What {@code --version} prints: the etcd that we are compatible with comes first, because scripts read that line. */
public final class Versions {
    private Versions() {}

    /** Of this program. */
    static String drawbore() {
        return build().getProperty("drawbore.version");
    }

    private static Properties build() {
        final Properties build = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException("build.properties is missing in the launcher's jar");
            }
            build.load(in);
        } catch (final IOException unreadable) {
            throw new UncheckedIOException("build.properties cannot be read", unreadable);
        }
        return build;
    }

    /** All versions, a line each. */
    public static String render() {
        final Properties build = build();
        return """
                etcd Version: %s
                Git SHA: %s
                Java Version: %s
                Java OS/Arch: %s/%s
                Drawbore Version: %s
                """.formatted(
                        EtcdVersion.NEWEST,
                        build.getProperty("git.sha"),
                        Runtime.version(),
                        System.getProperty("os.name").toLowerCase(Locale.ROOT),
                        System.getProperty("os.arch"),
                        build.getProperty("drawbore.version"));
    }
}
