package io.drawbore.config.internal;

/** What values a flag takes. */
public enum Kind {
    /** Any text. */
    TEXT,
    /** Texts between commas. */
    TEXTS,
    /** URLs between commas. */
    URLS,
    /** {@code name=URL} pairs between commas. */
    CLUSTER,
    /** {@code new} or {@code existing}. */
    CLUSTER_STATE,
    /** Go's booleans; may stand without a value. */
    BOOLEAN,
    /** Any text; may stand without a value, which then is {@code true}. */
    SWITCH,
    /** A whole number from 0 to 2⁶³ − 1. */
    UNSIGNED,
    /** A whole number from −2⁶³ to 2⁶³ − 1. */
    SIGNED,
    /** A whole number from 0 to 2³² − 1. */
    UNSIGNED_32,
    /** {@code plug-in.key=value} or {@code @file} between commas, each of which a backslash may stand before. */
    PLUGIN_CONFIG,
    /** Go's durations: {@code 1h2m3.5s}, {@code 100ms}. */
    DURATION;

    /**
     * Refuses what isn't of this kind.
     *
     * @throws BadValue where the value is none of this kind; the message says why
     */
    void check(final String value) throws BadValue {
        switch (this) {
            case TEXT, TEXTS, SWITCH -> {}
            case URLS -> Urls.parse(value);
            case CLUSTER -> Urls.parseCluster(value);
            case CLUSTER_STATE -> {
                if (!value.equals("new") && !value.equals("existing")) {
                    throw new BadValue("invalid value \"" + value + "\", expected new or existing");
                }
            }
            case BOOLEAN -> GoValues.bool(value);
            case UNSIGNED -> GoValues.unsigned(value, Long.MAX_VALUE);
            case SIGNED -> GoValues.signed(value);
            case UNSIGNED_32 -> GoValues.unsigned(value, 0xFFFF_FFFFL);
            case PLUGIN_CONFIG -> PluginSettings.parse(value);
            case DURATION -> GoValues.duration(value);
        }
    }

    /** Whether a flag may stand without a value, which then is {@code true}. */
    boolean mayStandAlone() {
        return this == BOOLEAN || this == SWITCH;
    }

    /** A value that isn't of its flag's kind. */
    static final class BadValue extends Exception {
        private static final long serialVersionUID = 1;

        BadValue(final String why) {
            super(why, null, false, false);
        }

        /** Why, for a mistake's line. */
        String why() {
            return String.valueOf(getMessage());
        }
    }
}
