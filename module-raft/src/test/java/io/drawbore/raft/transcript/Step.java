package io.drawbore.raft.transcript;

import io.drawbore.api.InvariantException;

/**
 * A directive of a stream and what it put out.
 *
 * @param command the command line
 * @param input lines of input, each with its line feed, or nothing
 * @param output what it put out; {@link #PANIC} if a member stopped
 */
record Step(String command, String input, String output) {
    /** A member stopped since raft's rules were broken: the last directive of its stream. */
    static final String PANIC = "panic\n";

    /** Carries out a directive on our side. */
    static Step run(InteractionTranscript transcript, String command, String input) {
        return new Step(command, input, output(transcript, Directive.of(command, input)));
    }

    // Nothing else may come out of a core, and no directive of a stream lets the environment fail.
    private static String output(InteractionTranscript transcript, Directive directive) {
        try {
            return transcript.run(directive);
        } catch (InvariantException stopped) {
            return PANIC;
        } catch (RuntimeException fault) {
            return "fault " + fault + "\n";
        }
    }

    /** Whether nothing can come after it. */
    boolean ends() {
        return output.equals(PANIC) || output.startsWith("fault ");
    }

    /** The same directive with another output. */
    Step with(String otherOutput) {
        return new Step(command, input, otherOutput);
    }

    /** As it stands in a transcript, without the output. */
    String directive() {
        return command + "\n" + input + "----\n";
    }
}
