package io.drawbore.testkit.history;

import java.util.List;

/**
 * All that clients did with one store, which was empty, at revision 1, when they began, and with which nobody else had
 * to do. Compactions by the server itself must be switched off or recorded as calls of unknown outcome.
 */
public record History(List<Operation> operations, List<Watch> watches) {
    public History {
        operations = List.copyOf(operations);
        watches = List.copyOf(watches);
    }
}
