package io.drawbore.config.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers, booleans and durations as Go's standard library writes them. */
final class GoValues {
    private static final Pattern DURATION_PART =
            Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    /** Characters of a number, which is then out of range unless it begins with many zeros. */
    private static final int MAX_NUMBER_LENGTH = 200;

    private static final Pattern NUMBER = Pattern.compile("0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+"
            + "|0[oO](?:_?[0-7])+|0(?:_?[0-7])+|0|[1-9](?:_?[0-9])*");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoValues() {}

    static boolean bool(final String value) throws Kind.BadValue {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new Kind.BadValue("parse error");
        };
    }

    /** A number in decimal, or in the base that its prefix names, digits parted by underscores where that helps. */
    static long unsigned(final String value, final long max) throws Kind.BadValue {
        if (value.length() > MAX_NUMBER_LENGTH) {
            throw new Kind.BadValue("value out of range");
        }
        if (!NUMBER.matcher(value).matches()) {
            throw new Kind.BadValue("parse error");
        }
        final BigInteger number = magnitude(value.replace("_", ""));
        if (number.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new Kind.BadValue("value out of range");
        }
        return number.longValueExact();
    }

    /** The same with a sign before it, or without. */
    static long signed(final String value) throws Kind.BadValue {
        final boolean negative = value.startsWith("-");
        final String magnitude = negative || value.startsWith("+") ? value.substring(1) : value;
        final long number = unsigned(magnitude, Long.MAX_VALUE);
        return negative ? -number : number;
    }

    private static BigInteger magnitude(final String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return new BigInteger(digits);
        }
        return switch (Character.toLowerCase(digits.charAt(1))) {
            case 'x' -> new BigInteger(digits.substring(2), 16);
            case 'b' -> new BigInteger(digits.substring(2), 2);
            case 'o' -> new BigInteger(digits.substring(2), 8);
            default -> new BigInteger(digits, 8);
        };
    }

    static Duration duration(final String value) throws Kind.BadValue {
        final boolean negative = value.startsWith("-");
        final String parts = negative || value.startsWith("+") ? value.substring(1) : value;
        if (parts.equals("0")) {
            return Duration.ZERO;
        }
        final Matcher matcher = DURATION_PART.matcher(parts);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (end < parts.length() && matcher.find(end) && matcher.start() == end) {
            final long unit = NANOS.getOrDefault(matcher.group(2), 0L);
            nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = matcher.end();
        }
        if (parts.isEmpty() || end < parts.length()) {
            throw new Kind.BadValue("parse error");
        }
        final BigInteger whole = nanos.setScale(0, RoundingMode.DOWN).toBigInteger();
        if (whole.bitLength() > 63) {
            throw new Kind.BadValue("value out of range");
        }
        return Duration.ofNanos(negative ? -whole.longValue() : whole.longValue());
    }
}
