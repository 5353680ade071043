package io.drawbore.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.List;

/**
 * A message in its wire form, in pieces that many messages may share: what is the same for all receivers is encoded
 * once. The pieces one after the other are the message. Immutable.
 *
 * @param <M> what it says when it is parsed
 */
public final class EncodedMessage<M extends Message> {
    private final List<ByteString> pieces;
    private final Parser<M> parser;
    private final int size;

    /**
     * A message of pieces that are each whole fields.
     *
     * @param pieces the fields in their order; not copied where they share memory
     * @param parser reads the whole
     * @throws ArithmeticException where the pieces together pass 2 GiB
     */
    public EncodedMessage(List<ByteString> pieces, Parser<M> parser) {
        this.pieces = List.copyOf(pieces);
        this.parser = parser;
        int bytes = 0;
        for (ByteString piece : this.pieces) {
            bytes = Math.addExact(bytes, piece.size());
        }
        this.size = bytes;
    }

    /** A message of one piece. */
    // The parser of a message makes messages of that very class.
    @SuppressWarnings("unchecked")
    public static <M extends Message> EncodedMessage<M> of(M message) {
        return new EncodedMessage<>(List.of(message.toByteString()), (Parser<M>) message.getParserForType());
    }

    /** The pieces, whose bytes together are the message. */
    public List<ByteString> pieces() {
        return pieces;
    }

    /** Bytes of all pieces. */
    public int size() {
        return size;
    }

    /** The message itself, for transports that speak another form. Parsed at each call; its bytes share the pieces'. */
    // A builder that a message of that very class began builds one.
    @SuppressWarnings("unchecked")
    public M parsed() {
        try {
            Message.Builder message = parser.parseFrom(ByteString.EMPTY).toBuilder();
            for (ByteString piece : pieces) {
                CodedInputStream fields = piece.newCodedInput();
                fields.enableAliasing(true);
                message.mergeFrom(fields);
            }
            return (M) message.build();
        } catch (IOException e) {
            throw new InvariantException("pieces that are no message: " + e.getMessage());
        }
    }
}
