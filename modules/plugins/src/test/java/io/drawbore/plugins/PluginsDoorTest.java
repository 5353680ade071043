package io.drawbore.plugins;

import static io.drawbore.plugins.GuardedMember.CLIENT;
import static io.drawbore.plugins.GuardedMember.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.drawbore.api.Caller;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.StatusCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What plug-ins ask of the member, in their own name and in that of clients. */
@Timeout(120)
class PluginsDoorTest {
    @TempDir
    private Path folder;

    @Test
    void whatAPluginAsksInAClientsNameIsJudgedAndRecorded() throws InterruptedException {
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED);
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) {
                throw new EtcdException(StatusCode.PERMISSION_DENIED, "acme: no");
            }
        };
        try (GuardedMember guarded = new GuardedMember(folder, List.of(judge), List.of(recorder))) {
            FrontDoor door = guarded.pluginsDoor();
            assertEquals("acme: no", refusal(door.put(OneMember.putRequest("k", "v"), CLIENT)).text());
            assertEquals(0, guarded.count("k"));
            assertEquals("1 KV/Put by  from 10.0.0.7:4711", recorder.next());
            assertEquals("1 PERMISSION_DENIED acme: no at 0", recorder.next());
            OneMember.await(guarded.door.range(OneMember.rangeRequest("k"), CLIENT));
            assertEquals("2 KV/Range by  from 10.0.0.7:4711", recorder.next(), "one count for both doors");
            assertEquals("2 OK at 1", recorder.next());

            OneMember.await(door.put(OneMember.putRequest("k", "v"), Caller.SELF));
            assertEquals(1, guarded.count("k"));
            assertNull(recorder.records.poll());
        }
    }

    /** They would ask and ask. */
    @Test
    void aGuardThatAsksInAClientsNameWhileItIsAskedIsNotAskedAboutThat() throws InterruptedException {
        CompletableFuture<FrontDoor> door = new CompletableFuture<>();
        GuardedMember.Judge judge = new GuardedMember.Judge(FailurePolicy.CLOSED) {
            @Override
            void judge(ClientRequest request) throws Exception {
                door.get().put(OneMember.putRequest("judged", "v"), CLIENT).get();
            }
        };
        GuardedMember.Recorder recorder = new GuardedMember.Recorder(FailurePolicy.CLOSED) {
            @Override
            public void begin(Attempt attempt) throws Exception {
                door.get().put(OneMember.putRequest("begun", "v"), CLIENT).get();
                super.begin(attempt);
            }

            @Override
            public void end(Attempt attempt, Outcome outcome) throws Exception {
                door.get().put(OneMember.putRequest("ended", "v"), CLIENT).get();
                super.end(attempt, outcome);
            }
        };
        try (GuardedMember guarded = new GuardedMember(folder, List.of(judge), List.of(recorder))) {
            door.complete(guarded.pluginsDoor());
            guarded.put("k", "v");
            for (String key : List.of("judged", "begun", "ended", "k")) {
                assertEquals(1, guarded.count(key), key);
            }
            assertEquals(1, judge.asked.size());
            assertEquals(2, recorder.records.size());
        }
    }
}
