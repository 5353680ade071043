package io.drawbore.wal.internal;

/**
 * A place between two records.
 *
 * @param sequence the segment's
 * @param offset bytes from its start
 */
record LogPosition(long sequence, long offset) implements Comparable<LogPosition> {
    @Override
    public int compareTo(LogPosition other) {
        int bySegment = Long.compare(sequence, other.sequence);
        return bySegment != 0 ? bySegment : Long.compare(offset, other.offset);
    }
}
