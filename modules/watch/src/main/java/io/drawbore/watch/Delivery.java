package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.api.EncodedMessage;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Something that waits in a stream's queue to be sent. Immutable. */
sealed interface Delivery {
    /** What the stream is charged for it while it waits. */
    long bytes();

    /** How many events it holds. */
    int events();

    /** Adds the responses it becomes. */
    void encodeTo(List<EncodedMessage<WatchResponse>> responses, long responseBytes);

    /** An answer, or word of progress. */
    record Answer(EncodedMessage<WatchResponse> response) implements Delivery {
        /** What an answer takes in memory besides its bytes, about. */
        private static final long OVERHEAD = 200;

        @Override
        public long bytes() {
            return response.size() + OVERHEAD;
        }

        @Override
        public int events() {
            return 0;
        }

        @Override
        public void encodeTo(List<EncodedMessage<WatchResponse>> responses, long responseBytes) {
            responses.add(response);
        }
    }

    /**
     * Changes for a watcher, of whole main revisions.
     *
     * @param revision the first main revision among them
     */
    record Events(Watcher watcher, List<Change> changes, SharedHeader header, long revision, long bytes)
            implements Delivery {

        static Events of(Watcher watcher, List<Change> changes, SharedHeader header) {
            long bytes = 0;
            for (Change change : changes) {
                bytes += change.bytes();
            }
            return new Events(watcher, changes, header, changes.getFirst().revision(), bytes);
        }

        @Override
        public int events() {
            return changes.size();
        }

        @Override
        public void encodeTo(List<EncodedMessage<WatchResponse>> responses, long responseBytes) {
            List<ByteString> events = new ArrayList<>(changes.size());
            long size = headSize();
            for (Change change : changes) {
                ByteString event = change.encoded(watcher.previousValues);
                events.add(event);
                size += event.size();
            }
            if (!watcher.fragments || size < responseBytes || events.size() == 1) {
                responses.add(response(events, false));
                return;
            }
            for (int from = 0; from < events.size(); ) {
                int to = endOfFragment(events, from, responseBytes);
                responses.add(response(events.subList(from, to), to < events.size()));
                from = to;
            }
        }

        /** At least one event, and as many more as stay below the size, the mark that more follows included. */
        private int endOfFragment(List<ByteString> events, int from, long responseBytes) {
            long size = headSize() + Wire.MORE_FOLLOWS.size() + events.get(from).size();
            int to = from + 1;
            while (to < events.size() && size + events.get(to).size() < responseBytes) {
                size += events.get(to).size();
                to++;
            }
            return to;
        }

        private long headSize() {
            return (long) header.encoded().size() + watcher.encodedId.size();
        }

        private EncodedMessage<WatchResponse> response(List<ByteString> events, boolean more) {
            List<ByteString> pieces = new ArrayList<>(events.size() + 3);
            pieces.add(header.encoded());
            pieces.add(watcher.encodedId);
            if (more) {
                pieces.add(Wire.MORE_FOLLOWS);
            }
            pieces.addAll(events);
            return new EncodedMessage<>(pieces, WatchResponse.parser());
        }
    }
}
