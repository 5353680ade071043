package io.drawbore.v2compat.internal;

import io.drawbore.api.V2Translator;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.testkit.V2TranslatorContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Both translators that are built in keep the contract. */
class TranslatorsContractTest {
    @Nested
    class Translate extends V2TranslatorContract {
        @Override
        protected V2Translator translator() {
            return new MembershipTranslator();
        }

        @Override
        protected List<Request> known() {
            return List.of(
                    request(
                            "/0/members/8e9e05c52164694d/attributes",
                            "{\"name\":\"m\",\"clientURLs\":[\"http://a:1\"]}"),
                    request("/0/version", "3.5.0"));
        }
    }

    @Nested
    class Reject extends V2TranslatorContract {
        @Override
        protected V2Translator translator() {
            return V2Translator.REJECT;
        }

        @Override
        protected List<Request> known() {
            return List.of();
        }
    }

    private static Request request(String path, String value) {
        return Request.newBuilder().setMethod("PUT").setPath(path).setVal(value).build();
    }
}
