package io.drawbore.testkit;

import io.drawbore.api.ChangeFeed;
import io.drawbore.proto.mvccpb.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A feed that appends revisions to a file, and goes on where the file ends. */
class FileFeedContractTest extends ChangeFeedContract {
    @Override
    protected ChangeFeed feed(Path folder) {
        return new FileFeed(folder.resolve("revisions"));
    }

    @Override
    protected List<Long> arrived(Path folder) throws IOException {
        return new FileFeed(folder.resolve("revisions")).written();
    }

    private record FileFeed(Path file) implements ChangeFeed {
        @Override
        public String name() {
            return "file";
        }

        List<Long> written() throws IOException {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                    : List.of();
        }

        @Override
        public long open(long cursor) throws IOException {
            List<Long> written = written();
            return written.isEmpty() ? cursor : written.getLast();
        }

        @Override
        public void deliver(Item item) throws IOException {
            List<String> lines = new ArrayList<>();
            switch (item) {
                case Item.Changes changes -> {
                    for (Event event : changes.events()) {
                        lines.add(Long.toString(event.getKv().getModRevision()));
                    }
                }
                case Item.StateEnd end -> lines.add(Long.toString(end.revision()));
                case Item.Gap _, Item.State _ -> {}
            }
            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.DSYNC);
        }
    }
}
