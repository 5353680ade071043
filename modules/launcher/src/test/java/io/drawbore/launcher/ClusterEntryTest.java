package io.drawbore.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import io.drawbore.membership.Member;
import io.drawbore.peer.ExistingCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who a member that joins believes, of those whom it asks who is there. */
class ClusterEntryTest {
    private static final Member A = member(1, "a");
    private static final Member B = member(2, "b");
    private static final Member C = member(3, "c");

    private final List<String> asked = new ArrayList<>();

    private static Member member(final long id, final String name) {
        return new Member(id, List.of(url(name)), false, name, List.of());
    }

    private static String url(final String name) {
        return "http://127.0.0." + (name.charAt(0) - 'a' + 1) + ":2380";
    }

    private static ServerConfig joining() {
        final Invocation read = CommandLine.parse(
                List.of(
                        "--name=c",
                        "--initial-advertise-peer-urls=" + url("c"),
                        "--listen-peer-urls=" + url("c"),
                        "--initial-cluster=a=" + url("a") + ",b=" + url("b") + ",c=" + url("c"),
                        "--initial-cluster-state=existing"),
                Map.of());
        return ((Invocation.Run) read).config();
    }

    /** What members say of the cluster; who says nothing can't be reached. */
    private ClusterEntry entry(final Map<String, List<Member>> said) {
        return ClusterEntry.of(joining(), false, urls -> {
            asked.addAll(urls);
            return urls.stream()
                    .filter(said::containsKey)
                    .findFirst()
                    .map(url -> new ExistingCluster(7, said.get(url)));
        });
    }

    @Test
    void oneThatHasNotHeardOfTheNewMemberIsPassedOver() {
        final ClusterEntry entry = entry(Map.of(url("a"), List.of(A, B), url("b"), List.of(A, B, C)));
        assertEquals(new MemberIdentity(3, 7), entry.joins());
        assertEquals(List.of(A, B, C), entry.known());
        assertEquals(List.of(url("a"), url("b")), asked);
    }

    @Test
    void theFirstThatAgreesIsBelieved() {
        final ClusterEntry entry = entry(Map.of(url("a"), List.of(A, B, C), url("b"), List.of(A, B)));
        assertEquals(new MemberIdentity(3, 7), entry.joins());
        assertEquals(List.of(url("a")), asked);
    }

    @Test
    void whereNobodyAgreesTheFirstAnswerIsTold() {
        final StorageException refused = assertThrows(
                StorageException.class, () -> entry(Map.of(url("a"), List.of(A, B), url("b"), List.of(B))));
        assertTrue(refused.getMessage().contains("member count is unequal: 2"), refused::getMessage);
    }

    @Test
    void whereNobodyAnswersThatIsTold() {
        final ClusterEntry entry = entry(Map.of());
        assertNull(entry.joins());
        assertTrue(entry.mistakes().getFirst().contains("cannot fetch cluster info"), entry.mistakes()::toString);
        assertEquals(List.of(url("a"), url("b")), asked);
    }
}
