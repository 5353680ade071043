package io.drawbore.membership;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration change says of the member that it changes: etcd's JSON of a member, and beside it what else
 * decides. A promotion names the member by its id only.
 *
 * <p>How many learners there may be is judged where a change is applied, by what the change itself says: so members
 * whose flags differ agree. etcd's members don't say it and pass over it: among them, and between them and this one,
 * the flag has to be the same everywhere.
 *
 * @param member the member
 * @param promotes whether a learner gets a vote
 * @param maxLearners learners there may be, or null where the proposer doesn't say
 */
public record ChangeContext(Member member, boolean promotes, @Nullable Integer maxLearners) {
    /** A member to be added, as a learner or with a vote, or to be updated. */
    public static ChangeContext of(Member member) {
        return new ChangeContext(member, false, null);
    }

    /** A learner to be added, where there may be so many. */
    public static ChangeContext learner(Member member, int maxLearners) {
        return new ChangeContext(member, false, maxLearners);
    }

    /** A learner that gets a vote. */
    public static ChangeContext promotion(long id) {
        return new ChangeContext(new Member(id, List.of(), false, "", List.of()), true, null);
    }

    int learnerLimit(int otherwise) {
        return maxLearners == null ? otherwise : maxLearners;
    }

    /** As it stands in the log. */
    public ByteString toJson() {
        JsonObject json = member.json();
        json.addProperty("isPromote", promotes);
        if (maxLearners != null) {
            json.add("maxLearners", new JsonPrimitive(maxLearners));
        }
        return ByteString.copyFromUtf8(json.toString());
    }

    /**
     * Reads what {@link #toJson} wrote, or etcd; unknown fields are passed over.
     *
     * @throws io.drawbore.api.StorageException where it is none
     */
    public static ChangeContext fromJson(ByteString bytes) {
        Member member = Member.fromJson(bytes);
        return Member.read(bytes, json -> new ChangeContext(
                member,
                Member.flag(json, "isPromote"),
                Member.isGiven(json, "maxLearners") ? (Integer) json.get("maxLearners").getAsInt() : null));
    }
}
