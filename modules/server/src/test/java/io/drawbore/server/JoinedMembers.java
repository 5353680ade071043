package io.drawbore.server;

import io.drawbore.api.Caller;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Vfs;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Members of one cluster with threads of their own, which hand each other their messages. */
final class JoinedMembers implements AutoCloseable {
    private final Map<Long, MemberServer> servers = new ConcurrentHashMap<>();
    private final List<MemberServer> members = new ArrayList<>();
    private final ThreadWorkers workers = new ThreadWorkers();

    private final class DirectPeers implements Peers {
        @Override
        public void send(List<Message> messages) {
            for (Message message : messages) {
                MemberServer receiver = servers.get(message.getTo());
                if (receiver != null) {
                    receiver.receive(message);
                }
            }
        }

        @Override
        public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody was away for so long"));
        }

        @Override
        public OptionalLong activeSince(long member) {
            return OptionalLong.of(0);
        }
    }

    /** A cluster of as many members as there are disks, which has a leader. */
    JoinedMembers(Path folder, List<? extends Vfs> disks) {
        Map<String, List<String>> founders = new LinkedHashMap<>();
        for (int i = 0; i < disks.size(); i++) {
            founders.put("m" + i, List.of("http://m" + i + ":2380"));
        }
        for (int i = 0; i < disks.size(); i++) {
            MemberOptions options = MemberOptions.builder("m" + i, folder.resolve("m" + i))
                    .initialCluster(founders)
                    // as by default: with less, a member that is not given a processor for a while loses its lead
                    .tick(Duration.ofMillis(100))
                    .spareSegments(0)
                    .build();
            MemberServer member = new MemberServer(
                    options,
                    new EtcdLogs(),
                    new MemoryBackendProvider(),
                    new Metrics(),
                    new Surroundings(
                            disks.get(i),
                            InstantSource.system(),
                            workers,
                            new SplittableRandom(i),
                            new DirectPeers(),
                            false));
            members.add(member);
            servers.put(member.identity().memberId(), member);
        }
        List<CompletableFuture<Void>> started =
                members.stream().map(MemberServer::start).toList();
        started.forEach(TestMember::await);
    }

    /** Waits until a member leads, as it says itself, and answers its number; one is not asked. */
    int leaderBut(int notThis) {
        int[] leader = {-1};
        TestMember.until(() -> {
            for (int i = 0; i < members.size(); i++) {
                if (i != notThis && leads(i)) {
                    leader[0] = i;
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    /** Whether a member takes itself for the leader. */
    boolean leads(int number) {
        return TestMember.await(member(number).status(Caller.SELF)).getLeader()
                == member(number).identity().memberId();
    }

    MemberServer member(int number) {
        return members.get(number);
    }

    @Override
    public void close() {
        members.forEach(MemberServer::close);
        workers.close();
    }
}
