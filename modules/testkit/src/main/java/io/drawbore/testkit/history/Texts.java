package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;

/** Messages in one line each. */
final class Texts {
    private static final TextFormat.Printer PRINTER = TextFormat.printer().emittingSingleLine(true);

    private Texts() {}

    static String of(Message message) {
        return PRINTER.printToString(message).strip();
    }

    static String named(Message message) {
        return name(message) + "{" + of(message) + "}";
    }

    static String name(Message message) {
        return message.getDescriptorForType().getName();
    }
}
