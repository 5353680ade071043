package io.drawbore.discovery;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The founders as another etcd lists them under a token: whoever founds with that token writes itself down below {@code
 * /_etcd/registry/<token>/members/}, and waits until there are as many as {@code /_etcd/registry/<token>/_config/size}
 * says. Those that came first are the founders. Members of Drawbore and etcd's find each other so.
 *
 * @param token of the cluster that is founded
 * @param memberId this member's id, in hex
 * @param self what it writes down: {@code name=url,name=url}
 */
public record RegisteredFounders(String token, String memberId, String self) {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredFounders.class);

    /** The longest pause before a question is asked again is of 2 to the power of so many seconds, as in etcd. */
    private static final int MOST_DOUBLINGS = 8;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Lets time go by. */
    public interface Pause {
        /** Returns after so long. */
        void pause(Duration length);
    }

    private record Registered(String key, String urls, long createRevision) {}

    private record Listed(int size, List<Registered> members) {
        Listed {
            members = List.copyOf(members);
        }
    }

    /**
     * Writes itself down and waits for the others.
     *
     * @return peer URLs by name
     * @throws DiscoveryException where the list is none, or full without this member
     */
    public Map<String, List<String>> join(Registry registry, Pause pause) {
        refuseFull(listed(registry, pause));
        persist(pause, "register member itself", () -> {
            registry.put(PutRequest.newBuilder()
                    .setKey(bytes(memberKey()))
                    .setValue(bytes(self))
                    .build());
            return self;
        });
        LOG.atInfo().addKeyValue("memberKey", memberKey()).log("register member itself successfully");
        Listed listed = listed(registry, pause);
        refuseFull(listed);
        while (listed.members.size() < listed.size) {
            LOG.atInfo()
                    .addKeyValue("clusterSize", listed.size)
                    .addKeyValue("found-peers", listed.members.size())
                    .log("waiting for peers from discovery service");
            pause.pause(LOOK_AGAIN);
            listed = listed(registry, pause);
        }
        return founders(listed);
    }

    private Listed listed(Registry registry, Pause pause) {
        return persist(pause, "cluster status check", () -> {
            int size = size(registry.range(RangeRequest.newBuilder()
                    .setKey(bytes(prefix() + "_config/size"))
                    .build()));
            ByteString from = bytes(prefix() + "members");
            RangeResponse members = registry.range(RangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(bytes(prefix() + "membert"))
                    .build());
            return new Listed(size, members(members));
        });
    }

    private static int size(RangeResponse answer) {
        if (answer.getKvsCount() == 0) {
            throw refusal("size key not found");
        }
        try {
            int size = Integer.parseInt(answer.getKvs(0).getValue().toStringUtf8());
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw refusal("size key is bad");
    }

    private static List<Registered> members(RangeResponse answer) {
        List<Registered> members = new ArrayList<>();
        for (KeyValue kv : answer.getKvsList()) {
            String urls = kv.getValue().toStringUtf8().strip();
            if (urls.indexOf('=') < 0) {
                LOG.atWarn().addKeyValue("memberInfo", urls).log("invalid peer info returned from discovery service");
            } else {
                members.add(new Registered(kv.getKey().toStringUtf8().strip(), urls, kv.getCreateRevision()));
            }
        }
        members.sort(Comparator.comparingLong(Registered::createRevision));
        return members;
    }

    private void refuseFull(Listed listed) {
        boolean among = listed.members.stream()
                .limit(listed.size)
                .anyMatch(member -> member.key.equals(memberKey()));
        if (!among && listed.members.size() >= listed.size) {
            throw refusal("cluster is full");
        }
    }

    private static Map<String, List<String>> founders(Listed listed) {
        Map<String, List<String>> founders = new LinkedHashMap<>();
        for (Registered member : listed.members.subList(0, listed.size)) {
            for (String pair : member.urls.split(",", -1)) {
                int equals = pair.indexOf('=');
                String url = pair.substring(equals + 1);
                if (equals <= 0 || !isUrl(url)) {
                    throw refusal("invalid peer URL");
                }
                founders.computeIfAbsent(pair.substring(0, equals).strip(), _ -> new ArrayList<>())
                        .add(url);
            }
        }
        return founders;
    }

    private static boolean isUrl(String text) {
        try {
            URI url = new URI(text);
            return url.getScheme() != null && url.getHost() != null && url.getPort() > 0;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static DiscoveryException refusal(String reason) {
        return new DiscoveryException("failed to join discovery cluster (discovery: " + reason + ")");
    }

    private interface Attempt<T> {
        T make() throws IOException;
    }

    /** Tries until it is answered, after pauses that double. */
    private static <T> T persist(Pause pause, String what, Attempt<T> attempt) {
        for (int retries = 1; ; retries++) {
            try {
                return attempt.make();
            } catch (IOException e) {
                Duration backoff = Duration.ofSeconds(1L << Math.min(retries, MOST_DOUBLINGS));
                LOG.atWarn()
                        .addKeyValue("reason", what)
                        .addKeyValue("error", String.valueOf(e.getMessage()))
                        .addKeyValue("backoff", backoff.toString())
                        .log("retry connecting to discovery service");
                pause.pause(backoff);
            }
        }
    }

    private String prefix() {
        return "/_etcd/registry/" + token + "/";
    }

    private String memberKey() {
        return prefix() + "members/" + memberId;
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
