package io.drawbore.peer.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where another member is reached: the URL that worked last, and the next one where it doesn't. Any thread. */
final class Addresses {
    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);

    /** Nobody is there, as connecting shows. */
    private static final String NOWHERE = "http://127.0.0.1:0";

    // guarded by this
    private List<String> told;
    private List<String> urls;
    private int picked;

    Addresses(List<String> told) {
        this.told = List.copyOf(told);
        this.urls = usable(told);
    }

    /** What others say may be no URL at all, or one of a kind that isn't spoken. */
    private static List<String> usable(List<String> told) {
        List<String> usable = told.stream().filter(Addresses::isUsable).toList();
        if (usable.isEmpty()) {
            LOG.atWarn().addKeyValue("urls", told).log("a member can't be reached under any of its URLs");
            return List.of(NOWHERE);
        }
        return usable;
    }

    private static boolean isUsable(String url) {
        try {
            URI uri = new URI(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return UnixUrl.is(uri) || (http && uri.getHost() != null && !uri.getHost().isEmpty());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    synchronized String pick() {
        return urls.get(picked);
    }

    /** One of them did not answer. */
    synchronized void unreachable(String url) {
        if (url.equals(pick())) {
            picked = (picked + 1) % urls.size();
        }
    }

    synchronized void change(List<String> to) {
        if (!told.equals(to)) {
            told = List.copyOf(to);
            urls = usable(to);
            picked = 0;
        }
    }

    /** Those that can be tried. */
    synchronized List<String> all() {
        return urls;
    }
}
