package io.drawbore.config.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was told, of which every value is of its flag's kind. Immutable. */
public final class Settings {
    private final Map<Flag, String> given;
    private final Map<Flag, String> beneath;

    /** Whoever calls has checked each value against its flag's kind. */
    Settings(final Map<Flag, String> given) {
        final var copy = new EnumMap<Flag, String>(Flag.class);
        copy.putAll(given);
        this.given = copy;
        beneath = Map.of();
    }

    private Settings(final Map<Flag, String> given, final Map<Flag, String> beneath) {
        this.given = given;
        this.beneath = beneath;
    }

    /** The same with other defaults than the flags' own; what only they say doesn't count as given. */
    public Settings above(final Settings defaults) {
        return new Settings(given, defaults.given);
    }

    /** What was given, without defaults. */
    Map<Flag, String> given() {
        return Map.copyOf(given);
    }

    /** Whether it was given. */
    public boolean isSet(final Flag flag) {
        return given.containsKey(flag);
    }

    /** As it was given, or the default. */
    public String text(final Flag flag) {
        final String told = given.get(flag);
        return told != null ? told : beneath.getOrDefault(flag, flag.byDefault());
    }

    /** Of a {@link Kind#BOOLEAN}. */
    public boolean isTrue(final Flag flag) {
        return read(flag, GoValues::bool);
    }

    long number(final Flag flag) {
        return read(flag, text -> GoValues.unsigned(text, Long.MAX_VALUE));
    }

    long signed(final Flag flag) {
        return read(flag, GoValues::signed);
    }

    Duration duration(final Flag flag) {
        return read(flag, GoValues::duration);
    }

    List<URI> urls(final Flag flag) {
        return read(flag, Urls::parse);
    }

    Map<String, List<URI>> cluster(final Flag flag) {
        return read(flag, Urls::parseCluster);
    }

    PluginSettings plugins(final Flag flag) {
        return read(flag, PluginSettings::parse);
    }

    /** Each once, sorted. */
    List<String> texts(final Flag flag) {
        return Arrays.stream(text(flag).split(",", -1))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private <T> T read(final Flag flag, final Reader<T> reader) {
        try {
            return reader.read(text(flag));
        } catch (final Kind.BadValue unchecked) {
            throw new IllegalStateException("unchecked value of " + flag.flag() + ": " + unchecked.why(), unchecked);
        }
    }

    private interface Reader<T> {
        T read(String text) throws Kind.BadValue;
    }
}
