package io.drawbore.membership;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import io.drawbore.api.StorageException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One member.
 *
 * @param id an unsigned number
 * @param peerUrls where other members reach it
 * @param learner whether it takes part without a vote
 * @param name its name, empty until it has started once
 * @param clientUrls where clients reach it, empty until it has started once
 */
public record Member(long id, List<String> peerUrls, boolean learner, String name, List<String> clientUrls) {
    /** Copies the lists. */
    public Member {
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }

    /** The same member under a name and with client URLs. */
    public Member withAttributes(String newName, List<String> newClientUrls) {
        return new Member(id, peerUrls, learner, newName, newClientUrls);
    }

    /** The same member, reached elsewhere. */
    public Member withPeerUrls(List<String> newPeerUrls) {
        return new Member(id, newPeerUrls, learner, name, clientUrls);
    }

    /** The same member, with a vote. */
    public Member withVote() {
        return new Member(id, peerUrls, false, name, clientUrls);
    }

    /** Whether it has started once, and so made itself known. */
    public boolean started() {
        return !name.isEmpty();
    }

    /** A member as clients see it. */
    public static Member fromMessage(io.drawbore.proto.etcdserverpb.Member message) {
        return new Member(
                message.getID(),
                message.getPeerURLsList(),
                message.getIsLearner(),
                message.getName(),
                message.getClientURLsList());
    }

    /** The member as clients see it. */
    public io.drawbore.proto.etcdserverpb.Member toMessage() {
        return io.drawbore.proto.etcdserverpb.Member.newBuilder()
                .setID(id)
                .setName(name)
                .addAllPeerURLs(peerUrls)
                .addAllClientURLs(clientUrls)
                .setIsLearner(learner)
                .build();
    }

    /** The member in the JSON that etcd's members keep and send: ids are decimal, what is empty is left out. */
    public ByteString toJson() {
        return ByteString.copyFromUtf8(json().toString());
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.add("id", new JsonPrimitive(new BigInteger(Long.toUnsignedString(id))));
        json.add("peerURLs", array(peerUrls));
        if (learner) {
            json.addProperty("isLearner", true);
        }
        if (!name.isEmpty()) {
            json.addProperty("name", name);
        }
        if (!clientUrls.isEmpty()) {
            json.add("clientURLs", array(clientUrls));
        }
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote, or etcd; unknown fields are passed over.
     *
     * @throws StorageException where it is no member
     */
    public static Member fromJson(ByteString bytes) {
        return read(bytes, json -> new Member(
                Long.parseUnsignedLong(json.get("id").getAsString()),
                strings(json.get("peerURLs")),
                flag(json, "isLearner"),
                isGiven(json, "name") ? json.get("name").getAsString() : "",
                strings(json.get("clientURLs"))));
    }

    /**
     * Reads one thing out of JSON.
     *
     * @throws StorageException where it is not there as it should be
     */
    static <T> T read(ByteString bytes, Function<JsonObject, T> what) {
        String text = bytes.toStringUtf8();
        try {
            return what.apply(JsonParser.parseString(text).getAsJsonObject());
        } catch (JsonParseException
                | IllegalStateException
                | NumberFormatException
                | NullPointerException
                | UnsupportedOperationException e) {
            throw new StorageException("not the JSON of a member: " + text, e);
        }
    }

    static boolean flag(JsonObject json, String name) {
        return isGiven(json, name) && json.get(name).getAsBoolean();
    }

    /** Go takes null for a field that is not there. */
    static boolean isGiven(JsonObject json, String name) {
        return json.has(name) && !json.get(name).isJsonNull();
    }

    private static JsonArray array(List<String> strings) {
        JsonArray array = new JsonArray();
        strings.forEach(array::add);
        return array;
    }

    private static List<String> strings(@Nullable JsonElement element) {
        List<String> strings = new ArrayList<>();
        if (element != null && !element.isJsonNull()) {
            element.getAsJsonArray().forEach(one -> strings.add(one.getAsString()));
        }
        return strings;
    }
}
