package io.drawbore.api;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a version decides whether members can be in one cluster. */
public record MinorVersion(int major, int minor) implements Comparable<MinorVersion> {
    private static final Comparator<MinorVersion> ORDER =
            Comparator.comparingInt(MinorVersion::major).thenComparingInt(MinorVersion::minor);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})\\.[0-9]+.*");

    /** Of a version {@code X.Y.Z}, whatever comes behind it; empty where it is none. */
    public static Optional<MinorVersion> of(String version) {
        Matcher matcher = TEXT.matcher(version);
        return matcher.matches()
                ? Optional.of(new MinorVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Whether it is the version right before another, within one major version. */
    public boolean isJustBefore(MinorVersion other) {
        return major == other.major && minor == other.minor - 1;
    }

    @Override
    public int compareTo(MinorVersion other) {
        return ORDER.compare(this, other);
    }

    /** As a cluster's version is written, {@code X.Y.0}. */
    @Override
    public String toString() {
        return major + "." + minor + ".0";
    }
}
