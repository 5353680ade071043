package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;

/** One thing a recorded process did to a file; paths are relative to the recorded folder, with '/' between names. */
public sealed interface DiskEvent {
    /** A file came to be, empty. */
    record Created(String path) implements DiskEvent {}

    /** Bytes were written, past the end too; what lies between is zeros. */
    record Written(String path, long offset, ByteString data) implements DiskEvent {}

    /** A file was cut, or grown with zeros, to a size. */
    record Truncated(String path, long size) implements DiskEvent {}

    /** A file's contents and size were synced; or, for a folder, the names in it. The recorded folder itself is "". */
    record Synced(String path) implements DiskEvent {}

    /** A name was removed. */
    record Deleted(String path) implements DiskEvent {}

    /** A name was changed, and took the place of what had the new one. */
    record Renamed(String from, String to) implements DiskEvent {}

    /** The process said how far it was: see {@link CrashMarks}. */
    record Marked(String text) implements DiskEvent {}
}
