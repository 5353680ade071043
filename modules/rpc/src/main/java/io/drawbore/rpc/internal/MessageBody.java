package io.drawbore.rpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EncodedMessage;

/** What is sent as one message. */
sealed interface MessageBody {
    /** A flag and the length, ahead of each message. */
    int PREFIX = 5;

    int size();

    /** Bytes of it that {@link #writeTo} copies. */
    int copiedBytes();

    void writeTo(DataFrames frames);

    /** A message that is encoded when it is written. */
    record Plain(Message message) implements MessageBody {
        @Override
        public int size() {
            return message.getSerializedSize();
        }

        @Override
        public int copiedBytes() {
            return size();
        }

        @Override
        public void writeTo(DataFrames frames) {
            frames.prefix(size());
            frames.encode(message);
        }
    }

    /** A message whose pieces are shared with other streams. */
    record Encoded(EncodedMessage<?> message) implements MessageBody {
        @Override
        public int size() {
            return message.size();
        }

        @Override
        public int copiedBytes() {
            int bytes = 0;
            for (ByteString piece : message.pieces()) {
                bytes += isLarge(piece) ? 0 : piece.size();
            }
            return bytes;
        }

        @Override
        public void writeTo(DataFrames frames) {
            frames.prefix(size());
            for (ByteString piece : message.pieces()) {
                if (isLarge(piece)) {
                    frames.share(piece);
                } else {
                    frames.copy(piece);
                }
            }
        }

        /** To copy less than a frame is cheaper than a frame of its own. */
        private static boolean isLarge(ByteString piece) {
            return piece.size() >= SendWindow.FRAME_BYTES;
        }
    }
}
