package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.LogStoreContract;
import io.drawbore.wal.internal.WalPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That our log keeps the contract, and works as it is wired in production. */
class EtcdLogsTest extends LogStoreContract {
    @TempDir
    Path temp;

    @Override
    protected LogStoreProvider provider() {
        return new EtcdLogs(Runnable::run);
    }

    @Test
    void onARealDiskWithAThreadThatCleansSegmentsNothingIsLost() throws IOException {
        LogStoreProvider logs = new WalPlugin().logs().getFirst();
        assertEquals("wal", logs.name());
        var options = new LogStoreProvider.Options(new DiskVfs(), temp.resolve("wal"), 64 * 1024, 3, true);
        LogStore log = logs.create(options, new MemberIdentity(7, 9));
        for (int index = 1; index <= 300; index++) {
            HardState state = HardState.newBuilder().setTerm(1).setVote(7).setCommit(index).build();
            log.append(state, List.of(entry(index)));
            log.sync();
            if (index % 50 == 0) {
                log.saveSnapshot(new Applied(index - 10, 1), ConfState.getDefaultInstance());
                log.release(index - 10);
            }
        }
        log.close();
        try (Stream<Path> files = Files.list(temp.resolve("wal"))) {
            long size = files.mapToLong(file -> file.toFile().length()).sum();
            assertTrue(size < 8 * 70 * 1024, "bytes left: " + size);
        }
        LogRecovery found = logs.open(options);
        found.log().close();
        assertEquals(new Applied(290, 1), found.start());
        assertEquals(List.of(291, 300), List.of(
                (int) found.entries().getFirst().getIndex(), (int) found.entries().getLast().getIndex()));
        found.entries().forEach(entry -> assertEquals(entry((int) entry.getIndex()), entry));
    }

    private static Entry entry(int index) {
        return Entry.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setData(ByteString.copyFromUtf8((index + " ").repeat(700)))
                .build();
    }
}
