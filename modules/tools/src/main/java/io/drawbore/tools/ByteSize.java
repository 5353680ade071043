package io.drawbore.tools;

import java.util.List;
import java.util.Locale;

/** Sizes for people, in the words of etcd's tools: powers of a thousand, one decimal below ten. */
final class ByteSize {
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

    private ByteSize() {}

    static String text(long bytes) {
        int power = 0;
        double unit = 1;
        while (bytes / unit >= 1000 && power < UNITS.size() - 1) {
            unit *= 1000;
            power++;
        }
        double rounded = Math.floor(bytes / unit * 10 + 0.5) / 10;
        // halves go to the even number, as Go rounds them
        return power > 0 && rounded < 10
                ? String.format(Locale.ROOT, "%.1f %s", rounded, UNITS.get(power))
                : (long) Math.rint(rounded) + " " + UNITS.get(power);
    }
}
