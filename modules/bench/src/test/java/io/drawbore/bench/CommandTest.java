package io.drawbore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void theLineThatMattersIsFoundAmongProgressBarsAndStacks() {
        final var panicked = new Command(
                2, "", " 10 / 100 [-->__] 5 p/s\npanic: rpc error: code = Unimplemented\n\ngoroutine 1:\nmain()\n");
        assertEquals("panic: rpc error: code = Unimplemented", panicked.complaint());
    }

    @Test
    void otherwiseTheLastLineIsTheReason() {
        assertEquals("because", new Command(1, "", "INFO: something\nbecause\n").complaint());
        assertEquals("it said nothing", new Command(1, "", "").complaint());
        assertEquals("took too long; half", new Command(-1, "half", "").complaint());
    }
}
