package io.drawbore.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerUrlsTest {
    @Test
    void goodOnesAreStrippedAndSorted() {
        assertEquals(
                List.of("http://[::1]:2380", "http://a:", "https://b:2", "unix://c"),
                PeerUrls.checked(List.of(" https://b:2 ", "unix://c", "http://a:", "HTTP://[::1]:2380")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "a", "a:1", "http://a", "http://a:b", "http://a:1/", "http://a:1/b", "ftp://a:1", "http:a:1",
        "http://[::1]", "//a:1", "http://a b:1"
    })
    void othersAreRefused(String url) {
        EtcdException refused = assertThrows(EtcdException.class, () -> PeerUrls.checked(List.of(url)));
        assertEquals(EtcdError.MEMBER_BAD_URLS.text(), refused.text());
    }

    @Test
    void noneIsNotEnough() {
        assertThrows(EtcdException.class, () -> PeerUrls.checked(List.of()));
    }
}
