package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Command;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.proto.etcdserverpb.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link V2Translator} does. A subclass says which translator, and what it knows. */
public abstract class V2TranslatorContract {
    private static final long SEED = 3_505;
    private static final int STRANGE_REQUESTS = 2_000;
    private static final List<String> METHODS = List.of("PUT", "POST", "DELETE", "QGET", "SYNC", "GET", "", "put");
    private static final List<String> PATHS = List.of(
            "/0/members/8e9e05c52164694d/attributes",
            "/0/members/8e9e05c52164694d/raftAttributes",
            "/0/version",
            "/1/a",
            "/2/keys/a",
            "",
            "/",
            "//",
            "/0/members//attributes",
            "/0/members/ffffffffffffffffff/attributes");
    private static final List<String> VALUES = List.of(
            "",
            "{}",
            "null",
            "[]",
            "{\"name\":\"m\",\"clientURLs\":[\"http://a:2379\"]}",
            "3.5.0",
            "3",
            "\u0000",
            "{\"name\"");

    /** For subclasses, which a test engine makes. */
    protected V2TranslatorContract() {}

    /** The translator under test, a new one at every call. */
    protected abstract V2Translator translator();

    /** Requests that have a meaning to it; none for one that rejects all. */
    protected abstract List<Request> known();

    /** What came of a request, in words that can be compared. */
    private static String outcome(V2Translator translator, Request request) {
        try {
            return answer(translator, request).toString();
        } catch (UntranslatableException refused) {
            return "refused: " + refused.getMessage();
        }
    }

    private static Command answer(V2Translator translator, Request request) {
        Command command = translator.translate(request);
        assertNotNull(command, () -> "no answer to " + request);
        return command;
    }

    /** What logs hold and what they never should, the same at every run. */
    private List<Request> all() {
        Random random = new Random(SEED);
        List<Request> requests = new ArrayList<>(known());
        for (int i = 0; i < STRANGE_REQUESTS; i++) {
            Request.Builder request = Request.newBuilder()
                    .setID(random.nextLong())
                    .setMethod(METHODS.get(random.nextInt(METHODS.size())))
                    .setPath(PATHS.get(random.nextInt(PATHS.size())))
                    .setVal(VALUES.get(random.nextInt(VALUES.size())));
            if (random.nextInt(4) == 0) {
                request.setDir(random.nextBoolean()).setExpiration(random.nextLong());
            }
            if (random.nextInt(4) == 0) {
                request.setPrevExist(random.nextBoolean()).setPrevIndex(random.nextLong());
            }
            requests.add(request.build());
        }
        requests.add(Request.getDefaultInstance());
        return requests;
    }

    @Test
    void itsNameCanBeToldByAFlag() {
        assertTrue(translator().name().matches("[a-z0-9]+(-[a-z0-9]+)*"), translator().name());
        assertEquals(translator().name(), translator().name());
    }

    @Test
    void whatItKnowsIsTranslated() {
        for (Request request : known()) {
            assertFalse(outcome(translator(), request).startsWith("refused"), () -> outcome(translator(), request));
        }
    }

    /** No request makes it fail in another way, or the member would end without saying which entry it was. */
    @Test
    void whatItDoesNotKnowIsRefusedWithAReasonOfOneLine() {
        for (Request request : all()) {
            try {
                Command command = answer(translator(), request);
                assertEquals(command, answer(translator(), request));
            } catch (UntranslatableException refused) {
                String why = String.valueOf(refused.getMessage());
                assertEquals(1, why.lines().filter(line -> !line.isBlank()).count(), () -> request + ": " + why);
            }
        }
    }

    /** Members that replay a log from different places must come to the same store. */
    @Test
    void itsAnswerHangsOnNothingButTheRequest() {
        V2Translator used = translator();
        List<Request> requests = all();
        List<String> first = requests.stream().map(request -> outcome(used, request)).toList();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(SEED));
        for (int i : order) {
            assertEquals(first.get(i), outcome(used, requests.get(i)), () -> "asked again: " + requests.get(i));
        }
        V2Translator fresh = translator();
        for (int i : order.subList(0, order.size() / 2)) {
            assertEquals(first.get(i), outcome(fresh, requests.get(i)), () -> "another one: " + requests.get(i));
        }
    }
}
