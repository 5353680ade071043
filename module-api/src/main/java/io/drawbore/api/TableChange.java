package io.drawbore.api;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a command does to one row of a small table.
 *
 * @param value the new value, or null where the row goes
 */
public record TableChange(Table table, ByteString key, @Nullable ByteString value) {}
