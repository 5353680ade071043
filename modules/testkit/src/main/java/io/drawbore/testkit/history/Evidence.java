package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What reads and watches showed of the revisions that no answered write claims. */
final class Evidence {
    private final Map<Long, TreeMap<ByteString, KeyValue>> seen = new HashMap<>();
    private final List<Watched> watches;

    Evidence(History history, Set<Long> claimed) {
        for (Operation operation : history.operations()) {
            operation.response()
                    .ifPresent(response -> Answers.shown(operation.request(), response.message())
                            .filter(kv -> !claimed.contains(kv.getModRevision()))
                            .forEach(this::add));
        }
        for (Watch watch : history.watches()) {
            for (Watch.Received received : watch.responses()) {
                for (Event event : received.response().getEventsList()) {
                    if (event.getType() == Event.EventType.PUT && !claimed.contains(event.getKv().getModRevision())) {
                        add(event.getKv());
                    }
                }
            }
        }
        watches = history.watches().stream().map(Watched::new).toList();
    }

    private void add(KeyValue kv) {
        seen.computeIfAbsent(kv.getModRevision(), _ -> new TreeMap<>(KeyRange.ORDER)).put(kv.getKey(), kv);
    }

    /** The revisions of which a key was seen. */
    Set<Long> revisions() {
        return seen.keySet();
    }

    /** A put that was seen of a revision. */
    Optional<KeyValue> put(long revision) {
        TreeMap<ByteString, KeyValue> all = seen.get(revision);
        return all == null ? Optional.empty() : Optional.of(all.firstEntry().getValue());
    }

    /** Whether a revision can have been these changes: what was seen is among them, and watches miss none of them. */
    boolean allows(long revision, List<Event> changes) {
        Map<ByteString, Event> byKey =
                changes.stream().collect(Collectors.toMap(event -> event.getKv().getKey(), event -> event));
        for (KeyValue kv : seen.getOrDefault(revision, new TreeMap<>()).values()) {
            Event change = byKey.get(kv.getKey());
            if (change == null || !change.getKv().equals(kv)) {
                return false;
            }
        }
        for (Watched watch : watches) {
            if (watch.covers(revision) && !bare(watch.asked(changes)).equals(bare(watch.shown(revision)))) {
                return false;
            }
        }
        return true;
    }

    /** What was seen of a revision, for people. */
    String text(long revision) {
        List<String> shown = new ArrayList<>();
        seen.getOrDefault(revision, new TreeMap<>()).values().forEach(kv -> shown.add(Texts.of(kv)));
        for (Watched watch : watches) {
            watch.shown(revision).forEach(event -> shown.add("event " + Texts.of(Watched.bare(event))));
        }
        return shown.isEmpty()
                ? "nobody saw any of it"
                : "seen was " + shown.stream().distinct().collect(Collectors.joining("; "));
    }

    private static List<Event> bare(List<Event> events) {
        return events.stream().map(Watched::bare).toList();
    }
}
