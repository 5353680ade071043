package org.example.drawbore.jsonl;

import io.drawbore.api.ChangeFeed;
import io.drawbore.testkit.ChangeFeedContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The feed keeps the contract of change feeds. */
class JsonlContractTest extends ChangeFeedContract {
    private static final Pattern CHANGE = Pattern.compile("\\{\"revision\":([0-9]+),\"type\":\"(put|delete)\".*");

    private static Path file(Path folder) {
        return folder.resolve("changes.jsonl");
    }

    @Override
    protected ChangeFeed feed(Path folder) {
        JsonlFeed feed = new JsonlFeed();
        feed.writeTo(file(folder), true);
        return feed;
    }

    @Override
    protected List<Long> arrived(Path folder) throws IOException {
        return Files.readAllLines(file(folder)).stream()
                .map(CHANGE::matcher)
                .filter(Matcher::matches)
                .map(line -> Long.parseLong(line.group(1)))
                .toList();
    }
}
