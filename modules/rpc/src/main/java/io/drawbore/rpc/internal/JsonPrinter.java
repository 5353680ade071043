package io.drawbore.rpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A message as JSON, made piece by piece, so that a client that reads slowly costs a piece and not the text of a whole
 * answer, which is a third larger than the answer. Names as in the proto files, 64-bit numbers as strings, bytes in
 * base64, enums by name, nothing that is zero. One thread at a time.
 */
final class JsonPrinter {
    /** A piece ends behind the value that reaches this size. */
    static final int PIECE_BYTES = 64 * 1024;
    /** A multiple of three, so that slices of base64 can be joined. */
    private static final int SLICE_BYTES = 48 * 1024;
    private static final int FIRST_BYTES = 256;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);
    private final ArrayDeque<Value> open = new ArrayDeque<>();
    private final String suffix;
    private boolean done;

    /**
     * @param prefix what stands before the message
     * @param suffix what stands behind it
     */
    JsonPrinter(String prefix, Message message, String suffix) {
        this.suffix = suffix;
        text(prefix);
        open.push(new Fields(message));
    }

    /** The whole text of a message. */
    static String print(Message message) {
        JsonPrinter printer = new JsonPrinter("", message, "");
        StringBuilder text = new StringBuilder();
        while (!printer.isDone()) {
            text.append(StandardCharsets.UTF_8.decode(printer.next()));
        }
        return text.toString();
    }

    /** A text as JSON has it. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** Whether all pieces have been made. */
    boolean isDone() {
        return done;
    }

    /** The next piece. */
    ByteBuffer next() {
        Value value = open.peek();
        while (value != null && out.size() < PIECE_BYTES) {
            if (!value.print()) {
                open.pop();
            }
            value = open.peek();
        }
        if (value == null) {
            text(suffix);
            done = true;
        }
        ByteBuffer piece = ByteBuffer.wrap(out.toByteArray());
        // Not kept for the next one, which may be long in coming.
        out = new ByteArrayOutputStream(FIRST_BYTES);
        return piece;
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Prints a value, or opens it where it has parts of its own. */
    private void value(FieldDescriptor field, Object value) {
        switch (value) {
            case Message message -> open.push(new Fields(message));
            case ByteString bytes -> open.push(new Bytes(bytes));
            case EnumValueDescriptor constant -> text(constant.getIndex() < 0
                    ? Integer.toString(constant.getNumber()) : "\"" + constant.getName() + "\"");
            case Long number -> text("\"" + switch (field.getType()) {
                case UINT64, FIXED64 -> Long.toUnsignedString(number);
                default -> Long.toString(number);
            } + "\"");
            case Integer number -> text(switch (field.getType()) {
                case UINT32, FIXED32 -> Integer.toUnsignedString(number);
                default -> Integer.toString(number);
            });
            case String string -> text(quote(string));
            default -> text(value.toString());
        }
    }

    /** A value that is printed in parts. */
    private interface Value {
        /** Prints a part or opens one; false where there is none left. */
        boolean print();
    }

    private final class Fields implements Value {
        private final Iterator<Map.Entry<FieldDescriptor, Object>> fields;
        private boolean begun;

        Fields(Message message) {
            fields = message.getAllFields().entrySet().iterator();
        }

        @Override
        public boolean print() {
            if (!fields.hasNext()) {
                text(begun ? "}" : "{}");
                return false;
            }
            Map.Entry<FieldDescriptor, Object> field = fields.next();
            text((begun ? ",\"" : "{\"") + field.getKey().getName() + "\":");
            begun = true;
            if (field.getKey().isRepeated()) {
                open.push(new Elements(field.getKey(), (List<?>) field.getValue()));
            } else {
                value(field.getKey(), field.getValue());
            }
            return true;
        }
    }

    private final class Elements implements Value {
        private final FieldDescriptor field;
        private final Iterator<?> elements;
        private boolean begun;

        Elements(FieldDescriptor field, List<?> elements) {
            this.field = field;
            this.elements = elements.iterator();
        }

        @Override
        public boolean print() {
            if (!elements.hasNext()) {
                text(begun ? "]" : "[]");
                return false;
            }
            text(begun ? "," : "[");
            begun = true;
            value(field, elements.next());
            return true;
        }
    }

    private final class Bytes implements Value {
        private final ByteString bytes;
        private int printed;

        Bytes(ByteString bytes) {
            this.bytes = bytes;
            text("\"");
        }

        @Override
        public boolean print() {
            int end = Math.min(bytes.size(), printed + SLICE_BYTES);
            out.writeBytes(Base64.getEncoder().encode(bytes.substring(printed, end).toByteArray()));
            printed = end;
            if (printed < bytes.size()) {
                return true;
            }
            text("\"");
            return false;
        }
    }
}
