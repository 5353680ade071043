package io.drawbore.peer.internal;

import java.util.List;

/** Where another member is reached: the URL that worked last, and the next one where it doesn't. Any thread. */
final class Addresses {
    private List<String> urls;
    private int picked;

    Addresses(List<String> urls) {
        this.urls = List.copyOf(urls);
    }

    synchronized String pick() {
        return urls.isEmpty() ? "http://127.0.0.1:0" : urls.get(picked);
    }

    /** One of them did not answer. */
    synchronized void unreachable(String url) {
        if (url.equals(pick()) && !urls.isEmpty()) {
            picked = (picked + 1) % urls.size();
        }
    }

    synchronized void change(List<String> to) {
        if (!urls.equals(to)) {
            urls = List.copyOf(to);
            picked = 0;
        }
    }

    synchronized List<String> all() {
        return urls;
    }
}
