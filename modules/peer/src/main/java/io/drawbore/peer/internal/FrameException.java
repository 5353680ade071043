package io.drawbore.peer.internal;

import java.io.IOException;

/** What another member sent is no frame of its stream; nothing after it means anything. */
final class FrameException extends IOException {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }

    FrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
