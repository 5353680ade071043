package io.drawbore.wal.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one file of the log.
 *
 * @param sequence its place among the files, from 0 without gaps
 * @param firstIndex one above the index of the entry written last before it was begun
 */
record SegmentName(long sequence, long firstIndex) {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.wal");

    /** What a file name says, empty where it is no segment's. */
    static Optional<SegmentName> parse(String fileName) {
        Matcher matcher = NAME.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long sequence = Long.parseUnsignedLong(matcher.group(1), 16);
        long firstIndex = Long.parseUnsignedLong(matcher.group(2), 16);
        return Optional.of(new SegmentName(sequence, firstIndex));
    }

    /** The file name. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%016x-%016x.wal", sequence, firstIndex);
    }
}
