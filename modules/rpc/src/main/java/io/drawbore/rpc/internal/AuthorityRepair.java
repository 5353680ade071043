package io.drawbore.rpc.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.compression.EncodingException;
import org.eclipse.jetty.http.compression.HuffmanDecoder;
import org.eclipse.jetty.http.compression.HuffmanEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Makes a host name of the one malformed {@code :authority} that real clients send, in the bytes that one connection
 * reads and before Jetty decodes them. One thread at a time, the one that reads the connection.
 *
 * <p>{@code etcdctl endpoint status} and {@code endpoint hashkv} of 3.4 connect to each endpoint by itself. Where the
 * endpoint is a URL, the whole of it becomes the authority: {@code http://127.0.0.1:2379}. etcd accepts that, as it
 * never looks at the authority, nor do we; but Jetty's HPACK decoder takes a value with two colons for an IPv6 address,
 * ends the connection as it is none, and offers no place to tell it otherwise.
 *
 * <p>The value is changed in place, so no length may change: not the frame's, not the Huffman code's, not that of the
 * entry in the decoder's dynamic table, which the client keeps too. So each character that a host name cannot have is
 * replaced by one whose Huffman code is as long: colons by v (7 bits), slashes by u (6), brackets by tildes (13). What
 * comes out, {@code httpvuu127.0.0.1v2379}, is a registered name by RFC 3986.
 *
 * <p>Only a connection's first HEADERS frame is looked at: its block must spell the authority out, as the dynamic table
 * is still empty, and a client that has only one authority refers to that entry from then on. A value cut by two reads
 * is left as it is, since the first half has then been decoded: clients write the start of a connection at once.
 */
final class AuthorityRepair {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int HEADERS = 1;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;
    /** Of {@code :authority} in HPACK's static table, RFC 7541 appendix A. */
    private static final int AUTHORITY_INDEX = 1;
    /** With nothing in it that a host name cannot have, but for what is replaced. */
    private static final Pattern URL = Pattern.compile("https?://[\\w.:/\\[\\]-]+");

    private int prefaceRead;
    private final ByteBuffer head = ByteBuffer.allocate(FRAME_HEAD);
    private int payloadLeft;
    private boolean done;

    /** Whether no later byte of this connection can be of interest. */
    boolean isDone() {
        return done;
    }

    /**
     * Looks at the bytes that were read next, from the connection's first on, and repairs what lies in them.
     *
     * @param read from position to limit; where the position ends means nothing
     */
    void pass(ByteBuffer read) {
        while (!done && read.hasRemaining()) {
            if (prefaceRead < PREFACE.length) {
                done = read.get() != PREFACE[prefaceRead++];
            } else if (head.hasRemaining()) {
                head.put(read.get());
                payloadLeft = head.getInt(0) >>> 8;
            } else if (payloadLeft > 0 && head.get(3) == HEADERS) {
                done = true;
                repairBlock(read.slice(read.position(), Math.min(payloadLeft, read.remaining())), head.get(4));
            } else {
                skipPayload(read);
            }
        }
    }

    private void skipPayload(ByteBuffer read) {
        int count = Math.min(payloadLeft, read.remaining());
        read.position(read.position() + count);
        payloadLeft -= count;
        if (payloadLeft == 0) {
            head.clear();
        }
    }

    private static void repairBlock(ByteBuffer payload, int flags) {
        try {
            skip(payload, ((flags & PADDED) == 0 ? 0 : 1) + ((flags & PRIORITY) == 0 ? 0 : 5));
            if (findAuthority(payload)) {
                repairValue(payload);
            }
        } catch (BufferUnderflowException e) {
            // The block goes on in the next read, or is broken, which is then the decoder's to say.
        }
    }

    /** Walks over the fields of RFC 7541 section 6 up to the authority's value. */
    private static boolean findAuthority(ByteBuffer block) {
        while (block.hasRemaining()) {
            int first = block.get() & 0xff;
            if (first >= 0x80) {
                integer(block, first, 7);
            } else if (first >= 0x20 && first < 0x40) {
                // A change of the table's size.
                integer(block, first, 5);
            } else {
                int name = integer(block, first, first >= 0x40 ? 6 : 4);
                if (name == AUTHORITY_INDEX) {
                    return true;
                }
                if (name == 0) {
                    skipString(block);
                }
                skipString(block);
            }
        }
        return false;
    }

    private static void repairValue(ByteBuffer block) {
        int first = block.get() & 0xff;
        int length = integer(block, first, 7);
        if (length > block.remaining()) {
            return;
        }
        ByteBuffer value = block.slice(block.position(), length);
        boolean huffman = first >= 0x80;
        String authority = huffman ? decode(value) : StandardCharsets.ISO_8859_1.decode(value.duplicate()).toString();
        if (authority == null || !URL.matcher(authority).matches()) {
            return;
        }
        String name = authority.replace('[', '~').replace(']', '~').replace(':', 'v').replace('/', 'u');
        if (!huffman) {
            value.put(name.getBytes(StandardCharsets.ISO_8859_1));
        } else if (HuffmanEncoder.octetsNeeded(name) == length) {
            ByteBuffer encoded = ByteBuffer.allocate(length);
            HuffmanEncoder.encode(encoded, name);
            value.put(encoded.flip());
        }
    }

    private static @Nullable String decode(ByteBuffer value) {
        HuffmanDecoder decoder = new HuffmanDecoder();
        decoder.setLength(value.remaining());
        try {
            return decoder.decode(value.duplicate());
        } catch (EncodingException e) {
            return null;
        }
    }

    /** RFC 7541 section 5.1: an integer that begins in the last bits of a byte that was already taken. */
    private static int integer(ByteBuffer block, int first, int bits) {
        int most = (1 << bits) - 1;
        int value = first & most;
        if (value < most) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            int next = block.get();
            value += (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        // More than any header has bytes.
        throw new BufferUnderflowException();
    }

    private static void skipString(ByteBuffer block) {
        skip(block, integer(block, block.get(), 7));
    }

    private static void skip(ByteBuffer block, int count) {
        if (count > block.remaining()) {
            throw new BufferUnderflowException();
        }
        block.position(block.position() + count);
    }
}
