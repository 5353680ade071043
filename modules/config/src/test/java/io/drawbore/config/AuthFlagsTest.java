package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags that say how users are known. */
class AuthFlagsTest {
    private static Invocation.Run run(final String... arguments) {
        return assertInstanceOf(Invocation.Run.class, CommandLine.parse(List.of(arguments), Map.of()));
    }

    private static List<String> mistakes(final String... arguments) {
        return assertInstanceOf(Invocation.Refused.class, CommandLine.parse(List.of(arguments), Map.of())).mistakes();
    }

    @Test
    void nothingToldIsAsInEtcd() {
        assertEquals(
                new ServerConfig.Auth("simple", Map.of(), Duration.ofMinutes(5), 10), run().config().auth());
    }

    @Test
    void aProviderHasOptions() {
        final ServerConfig.Auth auth = run("--auth-token=jwt,pub-key=/k/pub.pem,sign-method=RS256,pad=a==,empty=")
                .config()
                .auth();
        assertEquals("jwt", auth.tokens());
        assertEquals(
                Map.of("pub-key", "/k/pub.pem", "sign-method", "RS256", "pad", "a==", "empty", ""), auth.options());
        assertEquals("acme", run("--auth-token", "acme").config().auth().tokens());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simple,ttl=5m | auth: invalid auth options: --auth-token=simple takes none (set to simple,ttl=5m)",
                "jwt,pub-key | auth: invalid auth options: --auth-token wants option=value, not \"pub-key\"",
                "jwt, | auth: invalid auth options: --auth-token wants option=value, not \"\"",
                "jwt,=x | auth: invalid auth options: --auth-token wants option=value, not \"=x\"",
                "jwt,ttl=1m,ttl=2m | auth: invalid auth options: --auth-token says \"ttl\" twice",
                "'' | --auth-token must name what makes tokens, such as 'simple'"
            })
    void whatIsNotUnderstoodIsRefused(final String value, final String mistake) {
        assertEquals(List.of(mistake), mistakes("--auth-token=" + value));
    }

    @Test
    void simpleTokensLiveAsLongAsIsTold() {
        assertEquals(Duration.ofSeconds(30), run("--auth-token-ttl=30").config().auth().tokenLife());
        assertEquals(Duration.ofMinutes(5), run("--auth-token-ttl=0").config().auth().tokenLife());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 12, 31})
    void passwordsCostWhatIsTold(final int cost) {
        assertEquals(cost, run("--bcrypt-cost=" + cost).config().auth().passwordCost());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "32", "4294967306"})
    void aCostThatIsNoneIsNoticedAndNotTaken(final String cost) {
        final Invocation.Run run = run("--bcrypt-cost=" + cost);
        assertEquals(10, run.config().auth().passwordCost());
        assertEquals(
                List.of(new Invocation.Notice(
                        "use default bcrypt cost instead of the invalid given cost (4 to 31)", "given-cost", cost)),
                run.notices().stream()
                        .filter(notice -> notice.key().equals("given-cost"))
                        .toList());
    }
}
