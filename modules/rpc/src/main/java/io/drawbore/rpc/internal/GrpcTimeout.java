package io.drawbore.rpc.internal;

import java.util.concurrent.TimeUnit;

/** The header {@code grpc-timeout}: up to eight digits and a unit. */
final class GrpcTimeout {
    private GrpcTimeout() {}

    /**
     * Nanoseconds; the longest a long holds where it would not fit.
     *
     * @throws IllegalArgumentException with the text for the client
     */
    static long nanos(String header) {
        if (header.length() < 2) {
            throw new IllegalArgumentException("transport: timeout string is too short: \"" + header + "\"");
        }
        if (header.length() > 9) {
            throw new IllegalArgumentException("transport: timeout string is too long: \"" + header + "\"");
        }
        TimeUnit unit = switch (header.charAt(header.length() - 1)) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> throw new IllegalArgumentException(
                    "transport: timeout unit is not recognized: \"" + header + "\"");
        };
        long value = 0;
        for (int i = 0; i < header.length() - 1; i++) {
            char c = header.charAt(i);
            if (c < '0' || c > '9') {
                throw new IllegalArgumentException("strconv.ParseUint: parsing \"" + header.substring(0,
                        header.length() - 1)
                        + "\": invalid syntax");
            }
            value = value * 10 + (c - '0');
        }
        return unit.toNanos(value);
    }
}
