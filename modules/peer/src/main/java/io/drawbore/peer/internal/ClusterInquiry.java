package io.drawbore.peer.internal;

import io.drawbore.api.EtcdException;
import io.drawbore.membership.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks members of a cluster who its members are, before this one is any. Waits for the answers. */
public final class ClusterInquiry {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterInquiry.class);

    private ClusterInquiry() {}

    /**
     * What a member said.
     *
     * @param clusterId the id of its cluster
     * @param members the cluster's members
     */
    public record Answer(long clusterId, List<Member> members) {}

    /** Asks one URL after the other; the first answer counts. */
    public static Optional<Answer> ask(HttpClient client, List<String> urls, Duration patience) {
        for (String url : urls) {
            try {
                ContentResponse response = UnixUrl.request(client, url)
                        .path(PeerPaths.MEMBERS)
                        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .send();
                Long clusterId = Gate.id(response.getHeaders().get(Local.CLUSTER_ID));
                if (response.getStatus() == Status.OK && clusterId != null) {
                    return Optional.of(new Answer(clusterId, Questions.members(response.getContent())));
                }
                failed(url, response.getStatus() + " " + response.getContentAsString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (ExecutionException | TimeoutException | EtcdException | IllegalArgumentException e) {
                failed(url, String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static void failed(String url, String why) {
        LOG.atInfo().addKeyValue("url", url).addKeyValue("error", why).log("failed to get cluster response");
    }
}
