package io.drawbore.raft;

import io.drawbore.proto.raftpb.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** What is on its way between the members, and which of them cannot reach which: one direction may work alone. */
final class SimulatedNetwork {
    private static final int REACH = 10;

    private final SplittableRandom random;
    private final int members;
    private final List<Sent> sent = new ArrayList<>();
    private final Set<Link> cut = new HashSet<>();

    /** A message, and the cluster's tick at which it was sent. */
    record Sent(Message message, long tick) {
    }

    private record Link(long from, long to) {
    }

    SimulatedNetwork(SplittableRandom random, int members) {
        this.random = random;
        this.members = members;
    }

    void send(List<Message> messages, long tick) {
        messages.forEach(message -> sent.add(new Sent(message, tick)));
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** One of the oldest messages; one in fifty stays, and arrives again. */
    Sent takeOne() {
        int place = random.nextInt(Math.min(sent.size(), REACH));
        return random.nextInt(50) == 0 ? sent.get(place) : sent.remove(place);
    }

    List<Sent> takeAll() {
        List<Sent> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    /** All messages between members of a group. */
    List<Sent> takeWithin(Set<Long> group) {
        List<Sent> within = sent.stream()
                .filter(one -> group.contains(one.message().getFrom()) && group.contains(one.message().getTo()))
                .toList();
        sent.removeAll(within);
        return within;
    }

    boolean reaches(Message message) {
        return !cut.contains(new Link(message.getFrom(), message.getTo()));
    }

    /** Some way in which messages no longer get through. */
    void fail(long member) {
        switch (random.nextInt(5)) {
            case 0 -> everyOther(member, other -> cut.add(new Link(member, other)));
            case 1 -> everyOther(member, other -> cut.add(new Link(other, member)));
            case 2 -> cut.add(new Link(member, 1L + random.nextInt(members)));
            case 3 -> split();
            default -> isolate(member);
        }
    }

    void isolate(long member) {
        everyOther(member, other -> {
            cut.add(new Link(member, other));
            cut.add(new Link(other, member));
        });
    }

    private void split() {
        long sides = random.nextLong();
        for (long from = 1; from <= members; from++) {
            for (long to = 1; to <= members; to++) {
                if ((sides >> from & 1) != (sides >> to & 1)) {
                    cut.add(new Link(from, to));
                }
            }
        }
    }

    /** Whatever is wrong with the links of one member ends. */
    void mend(long member) {
        cut.removeIf(link -> link.from() == member || link.to() == member);
    }

    void mendAll() {
        cut.clear();
    }

    private void everyOther(long member, LongConsumer action) {
        for (long other = 1; other <= members; other++) {
            if (other != member) {
                action.accept(other);
            }
        }
    }
}
