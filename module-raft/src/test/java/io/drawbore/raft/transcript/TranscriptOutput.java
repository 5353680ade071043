package io.drawbore.raft.transcript;

import io.drawbore.raft.transcript.EtcdRaftLogFormat.Level;
import io.drawbore.raft.transcript.EtcdRaftLogFormat.Line;
import org.jspecify.annotations.Nullable;

/** What a transcript's directive puts out; at level NONE nothing but refusals. */
final class TranscriptOutput {
    private StringBuilder text = new StringBuilder();
    private Level level = Level.DEBUG;

    void clear() {
        text = new StringBuilder();
    }

    String text() {
        return text.toString();
    }

    Level level() {
        return level;
    }

    void level(Level to) {
        level = to;
    }

    void write(String more) {
        if (level != Level.NONE) {
            text.append(more);
        }
    }

    void writeAlways(String more) {
        text.append(more);
    }

    void log(@Nullable Line line) {
        if (line != null && line.level().compareTo(level) >= 0) {
            text.append(line.level()).append(' ').append(line.text()).append('\n');
        }
    }

    void indented(Runnable writer) {
        StringBuilder outer = text;
        text = new StringBuilder();
        writer.run();
        text.toString().lines().forEach(line -> outer.append("  ").append(line).append('\n'));
        text = outer;
    }
}
