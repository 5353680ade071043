package org.example.drawbore.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the last whole revision of a file ends.
 *
 * @param bytes everything behind is half of something
 * @param done that revision; 0 where the file has none
 */
record FileEnd(long bytes, long done) {
    /** A text in a line has no such end: its quotes are escaped. */
    private static final Pattern DONE = Pattern.compile(",\"done\":([0-9]{1,19})\\}$");

    private static final int LONGEST = 40;
    private static final int BLOCK = 64 << 10;

    /** Looks from the end backwards, line by line. */
    static FileEnd of(FileChannel file) throws IOException {
        long end = lineBreakBefore(file, file.size());
        while (end >= 0) {
            Matcher done = DONE.matcher(text(file, Math.max(0, end - LONGEST), end));
            if (done.find()) {
                return new FileEnd(end + 1, Long.parseLong(done.group(1)));
            }
            end = lineBreakBefore(file, end);
        }
        return new FileEnd(0, 0);
    }

    /** Where the last line break before a position stands; -1 where there is none. */
    private static long lineBreakBefore(FileChannel file, long position) throws IOException {
        for (long to = position; to > 0; to -= BLOCK) {
            long from = Math.max(0, to - BLOCK);
            int found = text(file, from, to).lastIndexOf('\n');
            if (found >= 0) {
                return from + found;
            }
        }
        return -1;
    }

    /** A byte is a character here. */
    private static String text(FileChannel file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) > 0) {
            // until all is there
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }
}
