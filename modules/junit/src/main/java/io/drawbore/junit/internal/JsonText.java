package io.drawbore.junit.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Picks texts out of the gateway's answers, which are written in one way only, so that no library has to come along.
 * Texts stay as they are written, with quotes and escapes, since they are only sent back.
 */
final class JsonText {
    private static final String TEXT = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern NEXT = Pattern.compile("\\s*(" + TEXT + ")\\s*([,\\]])");

    private JsonText() {}

    /** Every text that stands behind a name. */
    static List<String> values(final String json, final String name) {
        final List<String> found = new ArrayList<>();
        final Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*(" + TEXT + ")").matcher(json);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** The texts of the array behind a name; none where it is missing. */
    static List<String> array(final String json, final String name) {
        final List<String> found = new ArrayList<>();
        final Matcher start = Pattern.compile("\"" + name + "\"\\s*:\\s*\\[").matcher(json);
        if (!start.find()) {
            return found;
        }
        final Matcher next = NEXT.matcher(json).region(start.end(), json.length());
        while (next.lookingAt()) {
            found.add(next.group(1));
            if (next.group(2).equals("]")) {
                return found;
            }
            next.region(next.end(), json.length());
        }
        return found;
    }
}
