package io.drawbore.interop.process;

/** A key as a range shows it. */
record Stored(String key, String value, long modRevision) {}
