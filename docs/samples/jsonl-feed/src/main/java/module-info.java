/** A change feed for Drawbore: every committed change as a line of JSON. */
module org.example.drawbore.jsonl {
    requires io.drawbore.api;

    provides io.drawbore.api.Plugin with
            org.example.drawbore.jsonl.JsonlPlugin;
}
