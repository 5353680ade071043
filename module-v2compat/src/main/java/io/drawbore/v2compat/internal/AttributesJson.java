package io.drawbore.v2compat.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.drawbore.api.UntranslatableException;
import io.drawbore.proto.membershippb.Attributes;
import org.jspecify.annotations.Nullable;

/** A member's name and client URLs in the JSON of the v2 era: Go's, where null is a field that isn't there. */
final class AttributesJson {
    private AttributesJson() {}

    /**
     * Reads them.
     *
     * @throws UntranslatableException where it is none of that
     */
    static Attributes parse(String json) {
        try {
            JsonObject object = JsonParser.parseString(json).getAsJsonObject();
            Attributes.Builder attributes = Attributes.newBuilder();
            JsonElement name = given(object, "name");
            if (name != null) {
                attributes.setName(name.getAsString());
            }
            JsonElement urls = given(object, "clientURLs");
            if (urls != null) {
                attributes.addAllClientUrls(urls.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList());
            }
            return attributes.build();
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw new UntranslatableException("its value is no member's attributes: " + json, e);
        }
    }

    private static @Nullable JsonElement given(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || value.isJsonNull() ? null : value;
    }
}
