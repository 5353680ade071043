package io.drawbore.api;

import com.google.protobuf.ByteString;

/**
 * One change of one key, as a store keeps it for ever or until compaction.
 *
 * @param revision where in history the change stands; the row's identity
 * @param key the key, never empty
 * @param tombstone whether the change deleted the key; then all that follows is zero or empty
 * @param createRevision main revision of the change that created the key's present life
 * @param version count of the key's changes in its present life, from 1
 * @param lease the lease the key hangs on, 0 for none
 * @param value the value, may be empty; empty too where a scan was asked for heads only
 */
public record KeyRow(
        Revision revision,
        ByteString key,
        boolean tombstone,
        long createRevision,
        long version,
        long lease,
        ByteString value) {

    /** A change that gives the key a value. */
    public static KeyRow put(
            Revision revision, ByteString key, long createRevision, long version, long lease, ByteString value) {
        return new KeyRow(revision, key, false, createRevision, version, lease, value);
    }

    /** A change that deletes the key. */
    public static KeyRow tombstone(Revision revision, ByteString key) {
        return new KeyRow(revision, key, true, 0, 0, 0, ByteString.EMPTY);
    }
}
