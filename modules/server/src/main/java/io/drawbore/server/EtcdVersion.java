package io.drawbore.server;

import io.drawbore.api.MinorVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The etcd that a member takes the place of: what it tells clients and peers, and above which neither its cluster nor
 * its store may be. A member has it from {@link MemberOptions#version} and nowhere else.
 *
 * @param minor what decides who can be in one cluster with it
 * @param patch what is only told
 */
public record EtcdVersion(MinorVersion minor, int patch) {
    /** The newest that is known here, which members are of unless they are told otherwise. */
    public static final EtcdVersion NEWEST = new EtcdVersion(new MinorVersion(3, 7), 1);

    private static final List<EtcdVersion> KNOWN =
            List.of(new EtcdVersion(new MinorVersion(3, 6), 16), NEWEST);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4}\\.[0-9]{1,4})(?:\\.([0-9]{1,4}))?");

    /**
     * The known version that somebody says: {@code X.Y}, or {@code X.Y.Z} to be told apart by patch too.
     *
     * @throws IllegalArgumentException where it is none of them; one line that says which there are
     */
    public static EtcdVersion of(String said) {
        Matcher matcher = TEXT.matcher(said);
        if (matcher.matches()) {
            String minor = matcher.group(1);
            String patch = matcher.group(2);
            for (EtcdVersion known : KNOWN) {
                if (known.name().equals(minor)) {
                    return patch == null ? known : new EtcdVersion(known.minor, Integer.parseInt(patch));
                }
            }
        }
        throw new IllegalArgumentException("\"" + said + "\" is no version that a member can be of; there are: "
                + KNOWN.stream().map(EtcdVersion::name).collect(Collectors.joining(", ")));
    }

    private String name() {
        return minor.major() + "." + minor.minor();
    }

    /**
     * Why a member of this version doesn't talk with one of another; empty where it does, or the other says no version.
     * The text has both. Members of one cluster are at most one minor version apart: what the log of one says, another
     * may not know.
     *
     * @param said as the other says its version, {@code X.Y.Z}
     */
    public Optional<String> refusalOf(String said) {
        return MinorVersion.of(said)
                .filter(other -> other.major() != minor.major() || Math.abs(other.minor() - minor.minor()) > 1)
                .map(other -> "members more than one minor version apart can't be in one cluster: this one is"
                        + " compatible with " + minor + ", the other with " + other + "; go by the versions between");
    }

    /** As it is told: {@code X.Y.Z}. */
    @Override
    public String toString() {
        return name() + "." + patch;
    }
}
