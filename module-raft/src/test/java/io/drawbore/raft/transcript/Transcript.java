package io.drawbore.raft.transcript;

/** Carries out the directives of one transcript, in order. */
interface Transcript {
    /** What the directive puts out. */
    String run(Directive directive);
}
