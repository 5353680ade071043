package io.drawbore.raft.transcript;

import java.util.List;

/** Counts what streams did, to tell whether they are worth their while. Any thread. */
final class Tally {
    private long streams;
    private long directives;
    private long panics;
    private long elections;
    private long commits;
    private long snapshots;
    private long changes;
    private long reads;

    /** One stream with our outputs. */
    synchronized void add(List<Step> stream) {
        streams++;
        directives += stream.size();
        for (Step step : stream) {
            String output = step.output();
            panics += output.equals(Step.PANIC) ? 1 : 0;
            elections += count(output, " became leader at ");
            commits += count(output, "CommittedEntries:");
            snapshots += count(output, " restored snapshot [");
            changes += count(output, " switched to configuration ");
            reads += count(output, "ReadStates [");
        }
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }

    @Override
    public synchronized String toString() {
        return ("%d streams, %d directives, %d elections won, %d batches applied, %d snapshots installed, "
                + "%d configurations, %d batches of reads, %d streams ended by a panic")
                .formatted(streams, directives, elections, commits, snapshots, changes, reads, panics);
    }
}
