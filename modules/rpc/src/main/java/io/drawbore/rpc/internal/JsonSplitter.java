package io.drawbore.rpc.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of JSON objects, with or without white space between them, into single ones. One thread. */
final class JsonSplitter {
    /** A buffer that one large object needed isn't kept for small ones. */
    private static final int KEPT_BYTES = 4096;

    private final int maxBytes;
    private ByteArrayOutputStream current = new ByteArrayOutputStream();
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** @param maxBytes most bytes of one object */
    JsonSplitter(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes bytes and gives every object that ends in them; throws when one is too large. */
    void feed(ByteBuffer bytes, Consumer<String> objects) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (current.size() == 0 && (b == ' ' || b == '\n' || b == '\r' || b == '\t')) {
                continue;
            }
            if (current.size() == maxBytes) {
                throw Statuses.tooLarge(maxBytes + 1L, maxBytes);
            }
            current.write(b);
            if (endsObject(b)) {
                objects.accept(rest());
            }
        }
    }

    /** Bytes that have come of an object that has not ended. */
    int size() {
        return current.size();
    }

    /** What has come of an object that has not ended, or an empty text. */
    String rest() {
        String text = current.toString(StandardCharsets.UTF_8);
        if (current.size() > KEPT_BYTES) {
            current = new ByteArrayOutputStream();
        } else {
            current.reset();
        }
        return text;
    }

    private boolean endsObject(byte b) {
        if (inString) {
            inString = escaped || b != '"';
            escaped = !escaped && b == '\\';
            return false;
        }
        switch (b) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                return depth == 0;
            }
            default -> { }
        }
        return false;
    }
}
