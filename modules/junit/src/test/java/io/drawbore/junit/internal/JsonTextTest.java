package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void textsStayAsTheyAreWritten() {
        final String users = "{\"header\":{\"revision\":\"1\"},\"users\":[\"a \\\"quoted\\\" ], name\", \"users\"]}";
        assertEquals(List.of("\"a \\\"quoted\\\" ], name\"", "\"users\""), JsonText.array(users, "users"));
    }

    @Test
    void whatIsMissingIsEmpty() {
        assertEquals(List.of(), JsonText.array("{\"header\":{}}", "users"));
        assertEquals(List.of(), JsonText.array("{\"users\":[]}", "users"));
        assertEquals(List.of(), JsonText.values("{\"header\":{}}", "ID"));
    }

    @Test
    void everyValueBehindANameIsFound() {
        final String leases = "{\"header\":{\"member_id\":\"3\"},\"leases\":[{\"ID\":\"1\"},{\"ID\": \"2\"}]}";
        assertEquals(List.of("\"1\"", "\"2\""), JsonText.values(leases, "ID"));
    }
}
