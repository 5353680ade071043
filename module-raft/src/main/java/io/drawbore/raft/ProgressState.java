package io.drawbore.raft;

/**
 * How a leader feeds one other member. All moves there are:
 *
 * <pre>
 * from       to         when
 * (start)    PROBE      a leader's term begins, or the member was added
 * PROBE      REPLICATE  the member accepted an append: its log's end is known
 * PROBE      SNAPSHOT   what it needs next is no longer in the leader's log
 * REPLICATE  PROBE      the member refused an append, or is reported unreachable
 * REPLICATE  SNAPSHOT   what it needs next is no longer in the leader's log
 * SNAPSHOT   PROBE      the snapshot is reported delivered or failed
 * SNAPSHOT   REPLICATE  the member's log reaches into the leader's again
 * </pre>
 *
 * <p>Raft thesis 3.5 (consistency check), 5.3 (snapshots to slow followers), 10.2.1 (pipelining).
 */
public enum ProgressState {
    /** The end of the member's log is not known: at most one append a heartbeat interval. */
    PROBE,
    /** Appends are sent ahead of their acknowledgements, as far as the window of messages in flight allows. */
    REPLICATE,
    /** A snapshot was sent and nothing else is until it is known what became of it. */
    SNAPSHOT
}
