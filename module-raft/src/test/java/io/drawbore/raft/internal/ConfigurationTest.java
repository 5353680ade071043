package io.drawbore.raft.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfState;
import java.util.List;
import org.junit.jupiter.api.Test;

public class ConfigurationTest {
    private static ConfState.Builder state(Long... voters) {
        return ConfState.newBuilder().addAllVoters(List.of(voters));
    }

    @Test
    void whatIsRecordedComesBack() {
        ConfState joint = state(1L, 2L, 3L)
                .addVotersOutgoing(1).addVotersOutgoing(2).addVotersOutgoing(4).addVotersOutgoing(6)
                .addLearners(5).addLearnersNext(4).setAutoLeave(true).build();
        Configuration configuration = Configuration.of(joint);
        assertEquals("voters=(1 2 3)&&(1 2 4 6) learners=(5) learners_next=(4) autoleave", configuration.toString());
        assertEquals(joint, configuration.toConfState());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), configuration.members().toList());
    }

    @Test
    void whatNoConfigurationLooksLikeIsRefused() {
        for (ConfState.Builder broken : List.of(
                ConfState.newBuilder().addLearners(1),
                state(1L).addLearners(1),
                state(1L).addVotersOutgoing(2).addLearners(2),
                state(1L).addLearnersNext(2),
                state(1L).addVotersOutgoing(1).addLearnersNext(2),
                state(1L).addVotersOutgoing(1).addLearnersNext(1),
                state(1L).setAutoLeave(true))) {
            ConfState refused = broken.build();
            assertThrows(IllegalArgumentException.class, () -> Configuration.of(refused), refused::toString);
        }
    }

    @Test
    void aSimpleChangeIsOfOneVoter() {
        ProgressTracker tracker = new ProgressTracker(1, 0);
        tracker.restore(state(1L).build(), 1);
        List<ConfChangeSingle> two = List.of(added(2), added(3));
        assertThrows(ConfChangeException.class, () -> tracker.changer(1).simple(two));
        assertEquals("voters=(1 2)", tracker.changer(1).simple(two.subList(0, 1)).configuration().toString());
    }

    private static ConfChangeSingle added(long id) {
        return ConfChangeSingle.newBuilder().setType(ConfChangeType.ConfChangeAddNode).setNodeId(id).build();
    }

    @Test
    void idsAreUnsignedNumbers() {
        IdSet ids = IdSet.of(List.of(-1L, 3L, Long.MIN_VALUE, 1L, 3L));
        assertEquals(List.of(1L, 3L, Long.MIN_VALUE, -1L), ids.toList());
        assertEquals("(1 3 8000000000000000 ffffffffffffffff)", ids.toString());
    }
}
