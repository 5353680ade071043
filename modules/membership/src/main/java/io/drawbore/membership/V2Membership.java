package io.drawbore.membership;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The membership as a tree of etcd's old store, in JSON: what etcd's members send along with a snapshot, and what those
 * before 3.7 take it from. Stateless.
 *
 * <p>Members stand below {@code /0/members}, those that were removed below {@code /0/removed_members}, the cluster's
 * version in {@code /0/version}; {@code /1}, once the clients' keys, is empty.
 */
public final class V2Membership {
    private static final int CURRENT_VERSION = 2;
    private static final String PERMANENT = "0001-01-01T00:00:00Z";

    private long index;

    private V2Membership() {}

    /** The membership that a view shows. */
    public static ByteString of(ReadTx tx) {
        return ByteString.copyFromUtf8(new V2Membership().store(tx).toString());
    }

    private JsonObject store(ReadTx tx) {
        JsonObject root = folder("/");
        JsonObject cluster = folder("/0");
        add(cluster, members(tx));
        add(cluster, removed(tx));
        String version = Membership.clusterVersion(tx);
        if (version != null) {
            add(cluster, value("/0/version", version));
        }
        add(root, cluster);
        add(root, folder("/1"));
        JsonObject store = new JsonObject();
        store.add("Root", root);
        store.addProperty("CurrentIndex", index);
        store.addProperty("CurrentVersion", CURRENT_VERSION);
        return store;
    }

    private JsonObject members(ReadTx tx) {
        JsonObject members = folder("/0/members");
        for (Member member : Membership.members(tx)) {
            String path = "/0/members/" + MemberIds.hex(member.id());
            JsonObject folder = folder(path);
            add(folder, value(path + "/raftAttributes", raftAttributes(member).toString()));
            if (!member.name().isEmpty() || !member.clientUrls().isEmpty()) {
                add(folder, value(path + "/attributes", attributes(member).toString()));
            }
            add(members, folder);
        }
        return members;
    }

    private JsonObject removed(ReadTx tx) {
        JsonObject removed = folder("/0/removed_members");
        for (ByteString id : tx.all(Table.MEMBER_REMOVED).keySet()) {
            add(removed, value("/0/removed_members/" + id.toStringUtf8(), ""));
        }
        return removed;
    }

    private static JsonObject raftAttributes(Member member) {
        JsonObject attributes = new JsonObject();
        attributes.add("peerURLs", strings(member.peerUrls()));
        if (member.learner()) {
            attributes.addProperty("isLearner", true);
        }
        return attributes;
    }

    private static JsonObject attributes(Member member) {
        JsonObject attributes = new JsonObject();
        if (!member.name().isEmpty()) {
            attributes.addProperty("name", member.name());
        }
        if (!member.clientUrls().isEmpty()) {
            attributes.add("clientURLs", strings(member.clientUrls()));
        }
        return attributes;
    }

    private static JsonArray strings(List<String> strings) {
        JsonArray array = new JsonArray();
        strings.forEach(array::add);
        return array;
    }

    private JsonObject folder(String path) {
        return node(path, "", new JsonObject());
    }

    private JsonObject value(String path, String value) {
        return node(path, value, null);
    }

    private JsonObject node(String path, String value, @Nullable JsonObject children) {
        index++;
        JsonObject node = new JsonObject();
        node.addProperty("Path", path);
        node.addProperty("CreatedIndex", index);
        node.addProperty("ModifiedIndex", index);
        node.addProperty("ExpireTime", PERMANENT);
        node.addProperty("Value", value);
        node.add("Children", children == null ? JsonNull.INSTANCE : children);
        return node;
    }

    private static void add(JsonObject folder, JsonObject node) {
        String path = node.get("Path").getAsString();
        folder.getAsJsonObject("Children").add(path.substring(path.lastIndexOf('/') + 1), node);
    }
}
