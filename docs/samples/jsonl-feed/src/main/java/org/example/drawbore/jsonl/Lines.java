package org.example.drawbore.jsonl;

import com.google.protobuf.ByteString;
import io.drawbore.api.ChangeFeed.Item;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What the feed is told, as lines of JSON.
 *
 * <pre>
 * {"revision":7,"type":"put","key":"a","value":"1","created":7,"version":1,"lease":0,"done":7}
 * {"revision":8,"type":"delete","key":"a","done":8}
 * {"type":"gap","after":8,"compacted":20,"state_at":25}
 * {"type":"state","at":25,"revision":22,"key":"b","value":"2","created":9,"version":4,"lease":0}
 * {"type":"state_end","at":25,"done":25}
 * </pre>
 *
 * <p>The last change of a revision has {@code done}. Keys and values that are no UTF-8 are {@code key64} and {@code
 * value64}, in base64.
 */
final class Lines {
    private static final int UNPRINTABLE = 0x20;

    private final StringBuilder out = new StringBuilder();

    private Lines() {}

    /** The lines of an item, without what up to a revision stands in the file already. */
    static byte[] of(Item item, long done) {
        Lines lines = new Lines();
        switch (item) {
            case Item.Changes changes -> lines.changes(changes.events(), done);
            case Item.Gap gap -> lines.out.append("{\"type\":\"gap\",\"after\":").append(gap.cursor())
                    .append(",\"compacted\":").append(gap.compactRevision())
                    .append(",\"state_at\":").append(gap.revision()).append("}\n");
            case Item.State state -> state.keys().forEach(key -> {
                lines.out.append("{\"type\":\"state\",\"at\":").append(state.revision())
                        .append(",\"revision\":").append(key.getModRevision());
                lines.key(key);
                lines.rest(key);
                lines.out.append("}\n");
            });
            case Item.StateEnd end -> lines.out.append("{\"type\":\"state_end\",\"at\":").append(end.revision())
                    .append(",\"done\":").append(end.revision()).append("}\n");
        }
        return lines.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void changes(List<Event> events, long done) {
        for (int i = 0; i < events.size(); i++) {
            KeyValue key = events.get(i).getKv();
            long revision = key.getModRevision();
            if (revision <= done) {
                continue;
            }
            boolean put = events.get(i).getType() == Event.EventType.PUT;
            out.append("{\"revision\":").append(revision).append(put ? ",\"type\":\"put\"" : ",\"type\":\"delete\"");
            key(key);
            if (put) {
                rest(key);
            }
            if (i + 1 == events.size() || events.get(i + 1).getKv().getModRevision() > revision) {
                out.append(",\"done\":").append(revision);
            }
            out.append("}\n");
        }
    }

    private void key(KeyValue key) {
        field("key", key.getKey());
    }

    private void rest(KeyValue key) {
        field("value", key.getValue());
        out.append(",\"created\":").append(key.getCreateRevision());
        out.append(",\"version\":").append(key.getVersion());
        out.append(",\"lease\":").append(key.getLease());
    }

    private void field(String name, ByteString bytes) {
        out.append(",\"").append(name);
        if (bytes.isValidUtf8()) {
            out.append("\":\"");
            text(bytes.toStringUtf8());
        } else {
            out.append("64\":\"").append(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
        out.append('"');
    }

    private void text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            switch (one) {
                case '"', '\\' -> out.append('\\').append(one);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (one < UNPRINTABLE) {
                        out.append("\\u00").append(one < 0x10 ? "0" : "").append(Integer.toHexString(one));
                    } else {
                        out.append(one);
                    }
                }
            }
        }
    }
}
