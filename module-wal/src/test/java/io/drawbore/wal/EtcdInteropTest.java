package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** etcd's own code reads what we write, writes what we read, and goes on where we stopped. */
class EtcdInteropTest {
    private static final MemberIdentity OWNER = new MemberIdentity(0x8e9e05c52164694dL, 0xcdf818194e3a8c32L);
    private static final Path SOURCE = Path.of("src", "test", "go", "waltext").toAbsolutePath();
    private static final Path PROGRAM = Path.of("target", "waltext").toAbsolutePath();
    private static final LogStoreProvider LOGS = new EtcdLogs(Runnable::run);

    @TempDir
    Path temp;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        assumeTrue(isGoHere(), "go is not on the PATH: etcd's log code cannot be built");
        run(SOURCE, "go", "build", "-o", PROGRAM.toString(), ".");
    }

    private static boolean isGoHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
    }

    private static List<String> run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("waltext", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        List<String> lines = Files.readAllLines(output);
        Files.delete(output);
        assertEquals(0, code, String.join(" ", command) + ": " + lines);
        return lines;
    }

    private LogStoreProvider.Options options() {
        return new LogStoreProvider.Options(new DiskVfs(), temp.resolve("wal"), 16 * 1024, 2, true);
    }

    private List<String> etcdReads() throws IOException, InterruptedException {
        List<String> lines = run(temp, PROGRAM.toString(), "read", temp.resolve("wal").toString());
        List<String> snapshots = lines.stream().filter(line -> line.startsWith("snapshot")).toList();
        List<String> found = new ArrayList<>(List.of(snapshots.getLast()));
        lines.stream().filter(line -> !line.startsWith("snapshot")).forEach(found::add);
        return found;
    }

    private List<String> weRead() {
        LogRecovery found = LOGS.open(options());
        found.log().close();
        List<String> lines = new ArrayList<>();
        List<String> voters = found.confState().getVotersList().stream().map(Long::toUnsignedString).toList();
        lines.add("snapshot " + found.start() + " voters [" + String.join(" ", voters) + "]");
        lines.add("owner " + Long.toHexString(found.owner().memberId()) + " "
                + Long.toHexString(found.owner().clusterId()));
        HardState state = found.hardState();
        lines.add("state term " + state.getTerm() + " vote " + state.getVote() + " commit " + state.getCommit());
        for (Entry entry : found.entries()) {
            lines.add("entry " + entry.getIndex() + "/" + entry.getTerm() + " type " + entry.getType().getNumber()
                    + " bytes " + entry.getData().size() + " sum " + sum(entry.getData()));
        }
        return lines;
    }

    private static String sum(ByteString data) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(data.toByteArray());
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static HardState state(long term, long commit) {
        return HardState.newBuilder().setTerm(term).setVote(7).setCommit(commit).build();
    }

    private static Entry entry(long term, long index, int bytes) {
        byte[] data = new byte[bytes];
        new Random(index).nextBytes(data);
        Entry.Builder entry = Entry.newBuilder().setTerm(term).setIndex(index);
        return (bytes == 0 ? entry : entry.setData(ByteString.copyFrom(data))).build();
    }

    private static void append(LogStore log, long term, long from, long to, int bytes) {
        for (long index = from; index <= to; index++) {
            log.append(state(term, index - 1), List.of(entry(term, index, (int) (bytes * index % 1999))));
            log.sync();
        }
    }

    private Path lastSegment() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("wal"))) {
            return files.filter(file -> file.toString().endsWith(".wal")).sorted().reduce((a, b) -> b).orElseThrow();
        }
    }

    /** Half a record behind the last whole one, as a write leaves it that the power cut short. */
    private void tearTail() throws IOException {
        byte[] bytes = Files.readAllBytes(lastSegment());
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        ByteBuffer torn = ByteBuffer.allocate(8 + 100).order(ByteOrder.LITTLE_ENDIAN).putLong(1600);
        torn.put(String.join("", Collections.nCopies(100, "x")).getBytes(StandardCharsets.US_ASCII)).flip();
        try (FileChannel file = FileChannel.open(lastSegment(), StandardOpenOption.WRITE)) {
            file.write(torn, (end + 7) / 8 * 8);
            file.write(ByteBuffer.allocate(2000), (end + 7) / 8 * 8 + 108);
        }
    }

    @Test
    void etcdReadsWhatWeWrite() throws IOException, InterruptedException {
        LogStore log = LOGS.create(options(), OWNER);
        append(log, 1, 1, 90, 700);
        log.saveSnapshot(new Applied(70, 1), ConfState.newBuilder().addVoters(OWNER.memberId()).build());
        log.release(70);
        append(log, 2, 90, 150, 300);
        log.append(state(2, 149), List.of(entry(2, 151, 40_000), entry(2, 152, 0)));
        log.close();
        assertEquals(weRead(), etcdReads());
        tearTail();
        LogRecovery repaired = LOGS.open(options());
        assertEquals(LogRecovery.Tail.TORN, repaired.tail());
        append(repaired.log(), 3, 153, 200, 250);
        repaired.log().close();
        List<String> ours = weRead();
        assertEquals(3 + 130, ours.size());
        assertEquals(ours, etcdReads());
    }

    @Test
    void etcdReadsANewLog() throws IOException, InterruptedException {
        LOGS.create(options(), OWNER).close();
        assertEquals(weRead(), etcdReads());
    }

    @Test
    void weReadWhatEtcdWrites() throws IOException, InterruptedException {
        run(temp, PROGRAM.toString(), "write", temp.resolve("wal").toString());
        List<String> etcds = etcdReads();
        assertTrue(etcds.contains("state term 3 vote 7 commit 101"), String.valueOf(etcds));
        assertEquals(etcds, weRead());
    }

    @Test
    void eachGoesOnWhereTheOtherStopped() throws IOException, InterruptedException {
        LogStore log = LOGS.create(options(), OWNER);
        append(log, 1, 1, 40, 700);
        log.saveSnapshot(new Applied(30, 1), ConfState.newBuilder().addVoters(OWNER.memberId()).build());
        log.release(30);
        log.close();
        run(temp, PROGRAM.toString(), "append", temp.resolve("wal").toString(), "25");
        List<String> both = etcdReads();
        assertEquals(both, weRead());
        assertTrue(both.getLast().startsWith("entry 65/1 "), both.getLast());
        LogStore again = LOGS.open(options()).log();
        append(again, 2, 66, 100, 500);
        again.close();
        assertEquals(weRead(), etcdReads());
    }
}
