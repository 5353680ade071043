package io.drawbore.bench;

/** What is measured of a load, in the order of the tables. CPU leads: on a shared machine it is the steadiest. */
enum Figure {
    CPU("CPU-s per 100k", false),
    RATE("requests/s", true),
    P50("p50 ms", false),
    P99("p99 ms", false),
    MAX("max ms", false),
    PEAK_RSS("peak RSS MiB", false),
    /** Of loads that are one event: how long it took, and the CPU it took in all. */
    SECONDS("s", false),
    CPU_SECONDS("CPU-s", false),
    RSS("RSS MiB", false),
    QUIET_P99("quiet p99 ms", false),
    TIMES_QUIET_P99("p99 / quiet p99", false),
    EARLY("expired early", false),
    LATE_SECONDS("last one late by s", false);

    private final String title;
    private final boolean moreIsBetter;

    Figure(final String title, final boolean moreIsBetter) {
        this.title = title;
        this.moreIsBetter = moreIsBetter;
    }

    /** Its name in the tables, with its unit. */
    String title() {
        return title;
    }

    /** Whether a ratio above one is a win. */
    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
