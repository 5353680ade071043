package io.drawbore.peer.internal;

import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.proto.raftpb.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other members: those of this member's own store, and those that it knows from elsewhere while its store is still
 * behind. Any thread.
 */
public final class PeerTable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTable.class);

    /** Members that only say themselves that they are some, at the most. */
    static final int MOST_STRANGERS = 32;

    private final Link link;
    private final Map<Long, RemotePeer> peers = new ConcurrentHashMap<>();

    // guarded by this
    private final Set<Long> expected = new HashSet<>();
    private final Set<Long> strangers = new HashSet<>();
    private boolean stopped;

    PeerTable(Link link) {
        this.link = link;
    }

    /** The members are these now. */
    public synchronized void members(List<Member> members) {
        Set<Long> listed = new HashSet<>();
        for (Member member : members) {
            listed.add(member.id());
            expected.remove(member.id());
            strangers.remove(member.id());
            if (member.id() != link.local().memberId()) {
                reach(member.id(), member.peerUrls());
            }
        }
        expected.removeIf(id -> link.member().isRemoved(id));
        strangers.removeIf(id -> link.member().isRemoved(id));
        for (Long id : List.copyOf(peers.keySet())) {
            if (!listed.contains(id) && !expected.contains(id) && !strangers.contains(id)) {
                drop(id);
            }
        }
    }

    /** These will be members once the store has caught up: fellow founders, or those of a cluster that is joined. */
    synchronized void expect(List<Member> members) {
        for (Member member : members) {
            if (member.id() != link.local().memberId()) {
                expected.add(member.id());
                reach(member.id(), member.peerUrls());
            }
        }
    }

    /** A member that the store doesn't know yet says where it is reached. */
    synchronized void stranger(long id, List<String> urls) {
        boolean known = peers.containsKey(id);
        boolean room = strangers.size() < MOST_STRANGERS;
        boolean mayChange = known ? strangers.contains(id) : room && id != link.local().memberId();
        if (mayChange && !urls.isEmpty()) {
            strangers.add(id);
            reach(id, urls);
        }
    }

    private void reach(long id, List<String> urls) {
        if (stopped) {
            return;
        }
        RemotePeer known = peers.get(id);
        if (known != null) {
            known.addresses().change(urls);
            return;
        }
        LOG.atInfo()
                .addKeyValue("peer-id", MemberIds.hex(id))
                .addKeyValue("urls", urls)
                .log("added remote peer");
        RemotePeer peer = new RemotePeer(link, id, urls);
        peers.put(id, peer);
        peer.start();
    }

    private void drop(long id) {
        RemotePeer gone = peers.remove(id);
        if (gone != null) {
            LOG.atInfo().addKeyValue("peer-id", MemberIds.hex(id)).log("removed remote peer");
            gone.stop();
        }
    }

    /** A member that is known, or null. */
    @Nullable RemotePeer find(long id) {
        return peers.get(id);
    }

    /** A member of the own store, or one that is expected to be; otherwise null. */
    synchronized @Nullable RemotePeer member(long id) {
        return strangers.contains(id) ? null : peers.get(id);
    }

    List<RemotePeer> all() {
        return List.copyOf(peers.values());
    }

    /** Sends messages, each to its receiver. Raft thread only; never waits. */
    public void send(List<Message> messages) {
        AppendFrames.Shared shared = new AppendFrames.Shared();
        List<RemotePeer> some = new ArrayList<>(peers.size());
        for (Message message : messages) {
            RemotePeer peer = peers.get(message.getTo());
            if (peer == null) {
                LOG.debug("nobody knows where {} is", MemberIds.hex(message.getTo()));
                continue;
            }
            peer.add(message, shared);
            if (!some.contains(peer)) {
                some.add(peer);
            }
        }
        some.forEach(RemotePeer::flush);
    }

    void keepAlive() {
        peers.values().forEach(RemotePeer::keepAlive);
    }

    void stop() {
        List<RemotePeer> all;
        synchronized (this) {
            stopped = true;
            all = all();
            peers.clear();
        }
        all.forEach(RemotePeer::stop);
    }
}
