package io.drawbore.config.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads lists of URLs by etcd's rules. */
final class Urls {
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9a-fA-F:.%a-z]*]|[^:\\[\\]]*):([0-9]*)");
    private static final Pattern IPV4 = Pattern.compile(
            "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    private Urls() {}

    /** The URLs of a list, sorted, without doubles; none for an empty text. */
    static List<URI> parse(final String list) throws Kind.BadValue {
        if (list.isEmpty()) {
            return List.of();
        }
        final var urls = new TreeSet<String>();
        for (final String part : list.split(",", -1)) {
            urls.add(one(part.strip()).toString());
        }
        return urls.stream().map(URI::create).toList();
    }

    /** URLs by member's name, from {@code a=http://…,b=http://…}; a name may come again with a further URL. */
    static Map<String, List<URI>> parseCluster(final String list) throws Kind.BadValue {
        final var members = new LinkedHashMap<String, TreeSet<String>>();
        for (final String pair : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            final int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new Kind.BadValue("expected name=URL, got \"" + pair + "\"");
            }
            final String name = pair.substring(0, equals).strip();
            if (name.isEmpty()) {
                throw new Kind.BadValue("empty name provided for \"" + pair.substring(equals + 1) + "\"");
            }
            members.computeIfAbsent(name, any -> new TreeSet<>())
                    .add(one(pair.substring(equals + 1).strip()).toString());
        }
        final var cluster = new LinkedHashMap<String, List<URI>>();
        members.forEach((name, urls) -> cluster.put(name, urls.stream().map(URI::create).toList()));
        return cluster;
    }

    private static URI one(final String text) throws Kind.BadValue {
        final URI url;
        try {
            url = new URI(text);
        } catch (final URISyntaxException malformed) {
            throw new Kind.BadValue("URL cannot be read: " + malformed.getReason() + ": " + text);
        }
        final String scheme = url.getScheme();
        if (scheme == null || !List.of("http", "https", "unix", "unixs").contains(scheme)) {
            throw new Kind.BadValue("URL scheme must be http, https, unix, or unixs: " + text);
        }
        if (scheme.startsWith("http")) {
            if (url.getRawAuthority() == null
                    || !HOST_PORT.matcher(url.getRawAuthority()).matches()) {
                throw new Kind.BadValue("URL address does not have the form \"host:port\": " + text);
            }
            if (url.getRawPath() != null && !url.getRawPath().isEmpty()) {
                throw new Kind.BadValue("URL must not contain a path: " + text);
            }
            final String port = portOf(url);
            if (port.isEmpty() || port.length() > 5 || Integer.parseInt(port) > 65_535) {
                throw new Kind.BadValue("URL port must be a number from 0 to 65535: " + text);
            }
        }
        return url;
    }

    /**
     * What stands against listening there; empty if nothing does.
     *
     * @param served schemes that can be served there
     */
    static List<String> bindMistakes(final String flag, final List<URI> urls, final Set<String> served) {
        final var mistakes = new ArrayList<String>();
        for (final URI url : urls) {
            final String scheme = String.valueOf(url.getScheme());
            if (!served.contains(scheme)) {
                mistakes.add(scheme.equals("https")
                        ? "--" + flag + ": cannot listen on TLS for " + url
                                + ": KeyFile and CertFile are not presented"
                        : "--" + flag + ": cannot listen on " + url + ": this version serves " + schemes(served));
            } else if (scheme.startsWith("http")
                    && !hostOf(url).equals("localhost")
                    && !isAddress(hostOf(url))) {
                mistakes.add("--" + flag + ": expected IP in URL for binding (" + url + ")");
            }
        }
        return mistakes;
    }

    private static String schemes(final Set<String> served) {
        return served.stream().sorted().map(scheme -> scheme + "://").collect(Collectors.joining(" and "));
    }

    /** Whether others could find this member there. */
    static boolean hasHost(final URI url) {
        return !String.valueOf(url.getScheme()).startsWith("http") || !hostOf(url).isEmpty();
    }

    private static String hostOf(final URI url) {
        final Matcher matcher = HOST_PORT.matcher(String.valueOf(url.getRawAuthority()));
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static String portOf(final URI url) {
        final Matcher matcher = HOST_PORT.matcher(String.valueOf(url.getRawAuthority()));
        return matcher.matches() ? matcher.group(2) : "";
    }

    /** URI has already judged what stands in brackets. */
    private static boolean isAddress(final String host) {
        return host.startsWith("[") || IPV4.matcher(host).matches();
    }
}
