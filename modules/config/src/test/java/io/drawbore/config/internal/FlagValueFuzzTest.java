package io.drawbore.config.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that its flag's kind lets pass can be read. */
class FlagValueFuzzTest {
    /** First the flag's number, then the value. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                        seed(Flag.MAX_WALS, "18446744073709551616"),
                        seed(Flag.SNAPSHOT_COUNT, "0x7fff_ffff_ffff_ffff"),
                        seed(Flag.WARNING_APPLY_DURATION, "-9223372036854775808ns"),
                        seed(Flag.WARNING_APPLY_DURATION, "1.5h.3\u00b5s"),
                        seed(Flag.LISTEN_CLIENT_URLS, "http://127.0.0.1:1,unix://a,https://[::1%25x]:2"),
                        seed(Flag.INITIAL_CLUSTER, "a=http://b:1,a=http://c:2,\u00fc=http://d:3"),
                        seed(Flag.LOG_OUTPUTS, " b,a,,b"),
                        seed(Flag.PLUGIN_CONFIG, "a.b=c\\,d,@e,f.g=\\"),
                        seed(Flag.PRE_VOTE, "T"));
    }

    private static byte[] seed(final Flag flag, final String value) {
        return ((char) flag.ordinal() + value).getBytes(StandardCharsets.UTF_8);
    }

    @MethodSource("seeds")
    @FuzzTest
    void whatPassesTheCheckCanBeRead(final byte[] data) {
        if (data.length < 1) {
            return;
        }
        final Flag flag = Flag.values()[(data[0] & 0xff) % Flag.values().length];
        final String value = new String(data, 1, data.length - 1, StandardCharsets.UTF_8);
        try {
            flag.kind().check(value);
        } catch (final Kind.BadValue refused) {
            assertFalse(refused.why().isEmpty());
            return;
        }
        final Settings settings = new Settings(Map.of(flag, value));
        final Object read = switch (flag.kind()) {
            case TEXT, SWITCH, CLUSTER_STATE -> settings.text(flag);
            case TEXTS -> settings.texts(flag);
            case URLS -> Urls.bindMistakes(flag.flag(), settings.urls(flag), Set.of("http"));
            case CLUSTER -> settings.cluster(flag);
            case BOOLEAN -> settings.isTrue(flag);
            case UNSIGNED, SIGNED, UNSIGNED_32 -> settings.number(flag);
            case PLUGIN_CONFIG -> settings.plugins(flag);
            case DURATION -> settings.duration(flag);
        };
        assertNotNull(read);
    }
}
