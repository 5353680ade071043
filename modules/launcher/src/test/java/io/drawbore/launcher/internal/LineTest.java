package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class LineTest {
    private final LoggingEvent event = new LoggingEvent(
            "", new LoggerContext().getLogger("io.drawbore.server"), Level.INFO, "it runs", null, null);

    @Test
    void aJsonLineHoldsEtcdsKeysAndThenTheEvents() {
        event.setKeyValuePairs(List.of(
                new KeyValuePair("index", 7L),
                new KeyValuePair("leads", true),
                new KeyValuePair("took", Duration.ofMillis(5)),
                new KeyValuePair("urls", Arrays.asList("a", null, 2)),
                new KeyValuePair("nothing", null),
                new KeyValuePair("rate", Double.NaN)));
        assertEquals(
                """
                {"level":"info","ts":"T","caller":"server/Raft.java:42","msg":"it runs","index":7,"leads":true,\
                "took":"PT0.005S","urls":["a",null,2],"nothing":null,"rate":"NaN"}
                """,
                json());
    }

    @Test
    void textsAreEscapedIntoOneLine() {
        event.setKeyValuePairs(List.of(new KeyValuePair("k\"ey", "a\"b\\c\nd\re\tf\u0001g\u2028h\u007fü")));
        final String json = json();
        assertTrue(json.contains("\"k\\\"ey\":\"a\\\"b\\\\c\\nd\\re\\tf\\u0001g\\u2028h\\u007fü\"}\n"), json);
        assertEquals(1, json.lines().count());
    }

    @Test
    void anExceptionIsAnErrorAndItsStack() {
        event.setThrowableProxy(
                new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("the disk is gone")));
        final String json = json();
        assertTrue(
                json.contains("\"error\":\"java.lang.IllegalStateException: the disk is gone\",\"stacktrace\":\""),
                json);
        assertEquals(1, json.lines().count());
    }

    @Test
    void theLastLineOfAProcessIsFatal() {
        event.addMarker(Fatal.MARKER);
        assertEquals("fatal", Line.level(event));
        assertTrue(Line.isFatal(event));
    }

    @Test
    void theConsoleIsForPeople() {
        prepare();
        event.setKeyValuePairs(List.of(new KeyValuePair("index", 7)));
        assertEquals(
                Line.timestamp(event) + "\tinfo\tserver/Raft.java:42\tit runs\tindex=7\n",
                new ConsoleLine().render(event));
    }

    @ParameterizedTest
    @CsvSource({
        "io.drawbore.server.internal.Raft,server/Raft.java:42",
        "io.drawbore.server.Raft,server/Raft.java:42",
        "Raft,Raft.java:42"
    })
    void theCallerIsTheRoomAndThePlaceInIt(final String type, final String caller) {
        event.setCallerData(new StackTraceElement[] {new StackTraceElement(type, "run", "Raft.java", 42)});
        assertEquals(caller, Line.caller(event));
    }

    @Test
    void theTimestampHasMicroseconds() {
        event.setInstant(Instant.parse("2026-11-21T10:00:00.123456789Z"));
        final String timestamp = Line.timestamp(event);
        assertTrue(timestamp.matches("2026-11-2[0-2]T[0-9:]{8}\\.123456(Z|[+-][0-9]{4})"), timestamp);
    }

    private String json() {
        prepare();
        return new JsonLine().render(event).replace(Line.timestamp(event), "T");
    }

    private void prepare() {
        event.setInstant(Instant.parse("2026-11-21T10:00:00Z"));
        event.setCallerData(new StackTraceElement[] {
            new StackTraceElement("io.drawbore.server.internal.Raft", "run", "Raft.java", 42)
        });
    }
}
