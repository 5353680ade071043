package org.example.drawbore.jsonl;

import io.drawbore.api.ChangeFeed;
import io.drawbore.api.Plugin;
import io.drawbore.api.PluginContext;
import java.nio.file.Path;
import java.util.List;

/**
 * Offers the feed "jsonl". Its configuration: {@code file}, where the lines go, else {@code changes.jsonl} in the
 * plug-in's folder; {@code sync}, whether lines are synced before they count as delivered, else {@code true}.
 */
public final class JsonlPlugin implements Plugin {
    private final JsonlFeed feed = new JsonlFeed();

    /** Does nothing, as the contract of plug-ins asks. */
    public JsonlPlugin() {}

    @Override
    public String name() {
        return "jsonl";
    }

    @Override
    public void start(PluginContext context) {
        String sync = context.configuration().getOrDefault("sync", "true");
        if (!sync.equals("true") && !sync.equals("false")) {
            throw new IllegalArgumentException("jsonl.sync=" + sync + " is neither true nor false");
        }
        String told = context.configuration().get("file");
        Path file = told == null ? context.folder().resolve("changes.jsonl") : Path.of(told);
        feed.writeTo(file.toAbsolutePath(), sync.equals("true"));
    }

    @Override
    public List<ChangeFeed> changeFeeds() {
        return List.of(feed);
    }
}
