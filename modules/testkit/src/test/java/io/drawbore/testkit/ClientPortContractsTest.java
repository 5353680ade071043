package io.drawbore.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.api.TokenProvider;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;

/** Small examples that keep the contracts of what plug-ins may have on the client port. */
class ClientPortContractsTest {
    /** Greets, once or for as long as somebody listens. */
    @Nested
    class Greeter extends GrpcServiceContract {
        @Override
        protected GrpcService service() {
            return new GrpcService() {
                @Override
                public String name() {
                    return "acme.v1.Greeter";
                }

                @Override
                public List<Method<?, ?>> methods() {
                    return List.of(new Greet(), new GreetAgainAndAgain());
                }
            };
        }

        @Override
        @SuppressWarnings("unchecked") // both take the same
        protected <Q extends Message> Q request(GrpcService.Method<Q, ?> method) {
            return (Q) StringValue.of("3");
        }
    }

    private static final class Greet implements GrpcService.Unary<StringValue, StringValue> {
        @Override
        public String name() {
            return "Greet";
        }

        @Override
        public StringValue emptyRequest() {
            return StringValue.getDefaultInstance();
        }

        @Override
        public StringValue call(StringValue request, Caller caller) {
            if (request.getValue().isEmpty()) {
                throw new EtcdException(StatusCode.INVALID_ARGUMENT, "whom?");
            }
            return StringValue.of("hello " + request.getValue());
        }
    }

    private static final class GreetAgainAndAgain implements GrpcService.ServerStreaming<StringValue, StringValue> {
        @Override
        public String name() {
            return "GreetAgainAndAgain";
        }

        @Override
        public StringValue emptyRequest() {
            return StringValue.getDefaultInstance();
        }

        @Override
        public void call(StringValue request, ResponseSink<StringValue> responses, Caller caller) throws Exception {
            int times = request.getValue().isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(request.getValue());
            for (int i = 0; i < times; i++) {
                responses.send(StringValue.of("hello")).toCompletableFuture().get();
            }
        }
    }

    /** Says how many bytes it was sent. */
    @Nested
    class Length extends HttpPathContract {
        @Override
        protected HttpPath path() {
            return new HttpPath() {
                @Override
                public String path() {
                    return "/acme/length";
                }

                @Override
                public Answer answer(Request request) {
                    ByteString body = ByteString.copyFromUtf8("" + request.body().size());
                    return new Answer(200, "text/plain", body);
                }
            };
        }
    }

    /** Name and revision with a code behind that only who has the secret can make. */
    @Nested
    class Signed extends TokenProviderContract {
        @Override
        protected TokenProvider provider() {
            return new SignedTokens();
        }

        @Override
        protected Map<String, String> options() {
            return Map.of("secret", "not a good one");
        }
    }

    private static final class SignedTokens implements TokenProvider {
        @Override
        public String name() {
            return "signed";
        }

        @Override
        public Tokens open(Map<String, String> options) {
            for (String option : options.keySet()) {
                if (!option.equals("secret")) {
                    throw new IllegalArgumentException("unknown option \"" + option + "\"");
                }
            }
            byte[] secret = options.getOrDefault("secret", "").getBytes(StandardCharsets.UTF_8);
            return new Tokens() {
                @Override
                public String issue(String user, long authRevision) {
                    byte[] said = (authRevision + " " + user).getBytes(StandardCharsets.UTF_8);
                    return coded(said) + "." + coded(code(secret, said));
                }

                @Override
                public Optional<Holder> verify(String token) {
                    String[] parts = token.split("\\.", -1);
                    if (parts.length != 2) {
                        return Optional.empty();
                    }
                    try {
                        byte[] said = Base64.getUrlDecoder().decode(parts[0]);
                        if (!MessageDigest.isEqual(Base64.getUrlDecoder().decode(parts[1]), code(secret, said))) {
                            return Optional.empty();
                        }
                        String[] words = new String(said, StandardCharsets.UTF_8).split(" ", 2);
                        return Optional.of(new Holder(words[1], Long.parseLong(words[0])));
                    } catch (IllegalArgumentException noCode) {
                        return Optional.empty();
                    }
                }
            };
        }

        private static String coded(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        private static byte[] code(byte[] secret, byte[] said) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                return mac.doFinal(said);
            } catch (GeneralSecurityException every) {
                throw new IllegalStateException(every);
            }
        }
    }
}
