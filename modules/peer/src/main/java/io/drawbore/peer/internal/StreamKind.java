package io.drawbore.peer.internal;

/** The two streams from one member to another. */
enum StreamKind {
    /** A leader's appends. */
    APPENDS("msgapp"),
    /** All other messages. */
    MESSAGES("message");

    private final String word;

    StreamKind(String word) {
        this.word = word;
    }

    /** The path under which a member gets its stream. */
    String path(Local receiver) {
        return "/raft/stream/" + word + "/" + receiver.id();
    }

    String word() {
        return word;
    }
}
