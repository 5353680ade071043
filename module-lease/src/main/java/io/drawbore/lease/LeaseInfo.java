package io.drawbore.lease;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A lease at one moment.
 *
 * @param grantedSeconds the time it was granted for, as clients are told: never below the minimum
 * @param remainingMillis what is left of it, 0 where it has expired and isn't revoked yet
 * @param keys the keys that hang on it, in order; empty where nobody asked for them
 */
public record LeaseInfo(long grantedSeconds, long remainingMillis, List<ByteString> keys) {}
