package io.drawbore.packaging;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Debian package of a tree: the program below {@code /usr/lib/<name>}, its unit, its configuration as a conffile.
 * Nothing of it is called etcd outside that folder.
 */
final class DebianPackage {
    private final String name;
    private final String version;
    private final Map<String, String> defaults;
    private final Platform platform;

    /**
     * What comes behind a version's first dash, as in a snapshot or a release candidate, sorts before the release.
     *
     * @param defaults the distribution's, which stand in the configuration file too: its own keys would hide them
     */
    DebianPackage(
            final String name, final String version, final Map<String, String> defaults, final Platform platform) {
        this.name = name;
        this.version = version.replaceFirst("-", "~").replace('-', '.').toLowerCase(Locale.ROOT);
        this.defaults = defaults;
        this.platform = platform;
    }

    /** The file's name. */
    String fileName() {
        return name + "_" + version + "_" + platform.debian() + ".deb";
    }

    /** The package's bytes. */
    byte[] of(final Tree program, final Archives archives) throws IOException {
        final Tree data = new Tree();
        data.putAll("usr/lib/" + name + "/", program);
        data.put("usr/lib/systemd/system/" + name + ".service", text("service", 0), false);
        data.put("usr/share/doc/" + name + "/copyright", text("copyright", 0), false);
        data.put("etc/" + name + "/" + name + ".yaml", configuration(), false);
        long bytes = 0;
        final StringBuilder sums = new StringBuilder();
        for (final var file : data.files().entrySet()) {
            final byte[] content = file.getValue().read();
            bytes += content.length;
            if (!file.getKey().startsWith("etc/")) {
                sums.append(Checksum.md5(content)).append("  ").append(file.getKey()).append('\n');
            }
        }
        final Tree control = new Tree();
        control.put("control", text("control", bytes), false);
        control.put("conffiles", text("conffiles", 0), false);
        control.put("md5sums", sums.toString(), false);
        for (final String script : new String[] {"postinst", "prerm", "postrm"}) {
            control.put(script, text(script, 0), true);
        }
        return archives.deb(control, data, Map.of("usr/bin/" + name, "../lib/" + name + "/bin/drawbore"));
    }

    private String configuration() throws IOException {
        String text = Tree.resource("tree/conf/drawbore.yaml")
                .replace("# data-dir: /var/lib/drawbore", "data-dir: /var/lib/" + name);
        for (final var told : defaults.entrySet()) {
            text = Pattern.compile("^" + Pattern.quote(told.getKey()) + ": .*$", Pattern.MULTILINE)
                    .matcher(text)
                    .replaceAll(Matcher.quoteReplacement(Descriptor.line(told.getKey(), told.getValue())));
        }
        return text;
    }

    private String text(final String file, final long bytes) throws IOException {
        return Tree.resource("deb/" + file)
                .replace("@name@", name)
                .replace("@version@", version)
                .replace("@arch@", platform.debian())
                .replace("@size@", Long.toString((bytes + 1023) / 1024));
    }
}
