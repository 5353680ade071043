package io.drawbore.jwt.internal;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** As much of DER as keys need: items of a tag, a length and what is in them. Stateless. */
final class Der {
    private Der() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** An item that holds some bytes. */
    static byte[] of(int tag, byte[]... contents) {
        int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        Arrays.stream(contents).forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** The item that begins somewhere. */
    static Item item(byte[] bytes, int from) throws InvalidKeyException {
        if (from + 2 > bytes.length) {
            throw new InvalidKeyException("cut off");
        }
        int length = bytes[from + 1] & 0xff;
        int start = from + 2;
        if (length >= 0x80) {
            int more = length & 0x7f;
            if (more < 1 || more > 2 || start + more > bytes.length) {
                throw new InvalidKeyException("an item of a key is too large");
            }
            length = 0;
            for (int i = 0; i < more; i++) {
                length = (length << 8) | (bytes[start++] & 0xff);
            }
        }
        if (start + length > bytes.length) {
            throw new InvalidKeyException("cut off");
        }
        return new Item(bytes, from, start, start + length);
    }

    /** Where one is. */
    static final class Item {
        private final byte[] bytes;
        private final int from;
        private final int start;
        private final int end;

        private Item(byte[] bytes, int from, int start, int end) {
            this.bytes = bytes;
            this.from = from;
            this.start = start;
            this.end = end;
        }

        byte[] content() {
            return Arrays.copyOfRange(bytes, start, end);
        }

        byte[] whole() {
            return Arrays.copyOfRange(bytes, from, end);
        }

        /** The one of that number, from 0, in this one. */
        Item child(int number) throws InvalidKeyException {
            Item child = item(bytes, start);
            for (int i = 0; i < number; i++) {
                child = item(bytes, child.end);
            }
            return child;
        }

        /** The one of that tag in this one. */
        Optional<Item> tagged(int tag) throws InvalidKeyException {
            int at = start;
            while (at < end) {
                Item child = item(bytes, at);
                if ((bytes[at] & 0xff) == tag) {
                    return Optional.of(child);
                }
                at = child.end;
            }
            return Optional.empty();
        }
    }
}
