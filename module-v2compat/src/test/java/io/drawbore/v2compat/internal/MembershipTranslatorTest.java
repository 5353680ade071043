package io.drawbore.v2compat.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.Command;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.membershippb.Attributes;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTranslatorTest {
    private static final long FUZZ_SEED = 35;

    private final V2Translator translator = new MembershipTranslator();

    private static Request.Builder request(String method, String path, String value) {
        return Request.newBuilder().setMethod(method).setPath(path).setVal(value);
    }

    private Command translate(Request.Builder request) {
        return translator.translate(request.build());
    }

    private static Command attributes(long id, String name, String... urls) {
        return new Command.MemberAttributes(ClusterMemberAttrSetRequest.newBuilder()
                .setMemberID(id)
                .setMemberAttributes(Attributes.newBuilder().setName(name).addAllClientUrls(List.of(urls)))
                .build());
    }

    @Test
    void aMemberThatMakesItselfKnownSetsItsAttributes() {
        assertEquals(
                attributes(0x8e9e05c52164694dL, "infra1", "http://a:2379", "http://b:2379"),
                translate(request(
                        "PUT",
                        "/0/members/8e9e05c52164694d/attributes",
                        "{\"name\":\"infra1\",\"clientURLs\":[\"http://a:2379\",\"http://b:2379\"]}")));
        assertEquals(attributes(10, ""), translate(request("PUT", "/0/members/A/attributes", "{}")));
        assertEquals(
                attributes(10, "x"),
                translate(request("PUT", "/0/members/a/attributes", "{\"name\":\"x\",\"clientURLs\":null,\"new\":1}")));
    }

    @Test
    void theClustersVersionIsSet() {
        assertEquals(
                new Command.ClusterVersion(
                        ClusterVersionSetRequest.newBuilder().setVer("3.5.0").build()),
                translate(request("PUT", "/0/version", "3.5.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SYNC", "QGET"})
    void whatChangedNothingChangesNothing(String method) {
        assertEquals(new Command.NoOp(), translate(request(method, "/1/key", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /1/key, value, it changes keys of the v2 store",
        "POST, /1/queue, value, it changes keys of the v2 store",
        "DELETE, /1/key, '', it changes keys of the v2 store",
        "PUT, /1/0/members/a/attributes, {}, it changes keys of the v2 store",
        "PUT, /0/members/a/raftAttributes, {}, it changes keys of the v2 store",
        "PUT, /0/members/00000000000000000a/attributes, {}, it changes keys of the v2 store",
        "PUT, /0/version, newest, \"newest\" is no version",
        "PUT, /0/members/a/attributes, [], its value is no member's attributes: []",
        "PUT, /0/members/a/attributes, no json, its value is no member's attributes: no json",
        "'', '', '', it changes keys of the v2 store",
    })
    void whatHasNoPlaceHereIsRefused(String method, String path, String value, String why) {
        assertEquals(
                why,
                assertThrows(UntranslatableException.class, () -> translate(request(method, path, value)))
                        .getMessage());
    }

    @Test
    void aConditionIsRefused() {
        String path = "/0/version";
        for (Request.Builder bound : List.of(
                request("PUT", path, "3.5.0").setPrevExist(false),
                request("PUT", path, "3.5.0").setPrevIndex(3),
                request("PUT", path, "3.5.0").setPrevValue("3.4.0"))) {
            assertThrows(UntranslatableException.class, () -> translate(bound));
        }
    }

    @Test
    void whoTranslatesNothingRefusesAll() {
        assertThrows(
                UntranslatableException.class,
                () -> V2Translator.REJECT.translate(request("SYNC", "", "").build()));
    }

    /** Whatever a value holds, it is translated or refused, and a second look says the same. */
    @Test
    void everyValueIsTranslatedOrRefused() {
        SplittableRandom random = new SplittableRandom(FUZZ_SEED);
        String alphabet = "{}[]\",:ntrue0.-nameclientURLs \\u\u0000é";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder(random.nextBoolean() ? "{\"clientURLs\":" : "");
            for (int length = random.nextInt(12); length > 0; length--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Request.Builder put = request("PUT", "/0/members/a/attributes", value.toString());
            assertEquals(outcome(put), outcome(put), () -> "seed " + FUZZ_SEED + ": " + put);
        }
    }

    private String outcome(Request.Builder request) {
        try {
            return translate(request).toString();
        } catch (UntranslatableException refused) {
            return "refused: " + refused.getMessage();
        }
    }
}
