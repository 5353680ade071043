package io.drawbore.membership;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where a member is said to be reached, judged by etcd's rules. */
public final class PeerUrls {
    private static final Set<String> WEB = Set.of("http", "https");
    private static final Set<String> SOCKET = Set.of("unix", "unixs");

    /** Whatever stands before the host is not looked at; the port may be left out, the colon may not. */
    private static final Pattern HOST_PORT = Pattern.compile("(?:[^@]*@)?(?:\\[[^\\[\\]]*]|[^:\\[\\]]*):[0-9]*");

    private PeerUrls() {}

    /**
     * The URLs in order, without the spaces around them.
     *
     * @throws EtcdException where there are none, or one of them is not {@code http://host:port} (or https) without a
     *     path, nor of a unix socket
     */
    public static List<String> checked(List<String> given) {
        if (given.isEmpty()) {
            throw EtcdError.MEMBER_BAD_URLS.exception();
        }
        return given.stream().map(url -> one(url.strip())).sorted().toList();
    }

    private static String one(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException malformed) {
            throw EtcdError.MEMBER_BAD_URLS.exception();
        }
        if (!url.isAbsolute()) {
            throw EtcdError.MEMBER_BAD_URLS.exception();
        }
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        boolean good = SOCKET.contains(scheme) || (WEB.contains(scheme) && isHostAndPort(url));
        if (!good) {
            throw EtcdError.MEMBER_BAD_URLS.exception();
        }
        return scheme + text.substring(scheme.length());
    }

    private static boolean isHostAndPort(URI url) {
        return url.getRawAuthority() != null
                && HOST_PORT.matcher(url.getRawAuthority()).matches()
                && url.getRawPath().isEmpty();
    }
}
