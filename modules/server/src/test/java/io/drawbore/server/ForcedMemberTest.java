package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.Member;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.server.internal.LostCluster;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member of three whose others are lost goes on alone, with all that was committed. */
class ForcedMemberTest {
    @TempDir
    Path folder;

    private final BackendProvider backends = new MemoryBackendProvider();

    private TestMember start(boolean forced) {
        MemberOptions options = TestMember.founding("two", folder)
                .tick(Duration.ofMillis(10))
                .forceNewCluster(forced)
                .build();
        return TestMember.start(options, new DiskVfs(), backends);
    }

    private static List<Long> members(TestMember member) {
        return TestMember
                .await(member.server.memberList(
                        MemberListRequest.newBuilder().setLinearizable(true).build(), Caller.SELF))
                .getMembersList()
                .stream()
                .map(Member::getID)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itServesWhatWasCommittedAndTakesMore(boolean learner) {
        LostCluster.write(TestMember.founding("two", folder).build(), new DiskVfs(), learner);
        try (TestMember alone = start(true)) {
            assertEquals(List.of(LostCluster.SELF.memberId()), members(alone));
            assertEquals(LostCluster.SELF, alone.server.identity());
            assertEquals(1, alone.get("a").getCount());
            assertEquals(1, alone.get("b").getCount());
            assertEquals(0, alone.get("uncommitted").getCount());
            alone.put("c", "1");
        }
        try (TestMember again = start(false)) {
            assertEquals(List.of(LostCluster.SELF.memberId()), members(again));
            assertEquals("1", again.value("c"));
        }
    }
}
