package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeldBytesTest {
    private final HeldBytes held = new HeldBytes(100);
    private final List<String> letGo = new ArrayList<>();

    @Test
    void whoHasHeldSomethingLongestLetsGo() {
        HeldBytes.Share first = share("first");
        HeldBytes.Share second = share("second");
        HeldBytes.Share third = share("third");
        second.add(50);
        first.add(40);
        third.add(20);
        assertEquals(List.of("second"), letGo);
        assertEquals(60, held.held());

        third.add(41);
        assertEquals(List.of("second", "first"), letGo);
        assertEquals(61, held.held());
    }

    @Test
    void whatIsReleasedIsFree() {
        HeldBytes.Share first = share("first");
        first.add(60);
        first.release(50);
        share("second").add(90);
        first.releaseAll();
        assertEquals(90, held.held());
        // Young again: it held nothing in between.
        first.add(10);
        share("third").add(1);
        assertEquals(List.of("second"), letGo);
    }

    @Test
    void whoHasLetGoIsCountedNoMore() {
        HeldBytes.Share first = share("first");
        first.add(101);
        assertEquals(List.of("first"), letGo);
        first.add(200);
        first.release(5);
        first.releaseAll();
        assertEquals(0, held.held());
        assertEquals(List.of("first"), letGo);
    }

    private HeldBytes.Share share(String name) {
        return held.open(() -> letGo.add(name));
    }
}
