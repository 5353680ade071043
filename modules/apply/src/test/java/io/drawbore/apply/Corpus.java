package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.api.EntryDigest;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A recorded log with the digest expected at each index: one line an entry, {@code index term type data digest}, the
 * data in Base64 and the digest's four numbers in hex. A corpus is never written again: a build that gives another
 * digest would disagree with the members of the last release.
 *
 * <p>The log of a real etcd also has lines {@code etcd index revision compactRevision hash}, what that etcd said of its
 * history when it had applied so much.
 *
 * <p>To record a new one: run {@link #main} with the file's name and a seed. How that of an etcd is recorded stands in
 * docs/TESTING.md; it comes without digests.
 */
final class Corpus {
    final List<Entry> entries = new ArrayList<>();
    final List<EntryDigest> digests = new ArrayList<>();
    final List<Said> said = new ArrayList<>();

    /** What an etcd said of its history. */
    record Said(long index, long revision, long compactRevision, long hash) {}

    static Corpus read(Path file) throws IOException {
        Corpus corpus = new Corpus();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split(" ");
            if (fields[0].equals("etcd")) {
                corpus.said.add(new Said(
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[2]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[4])));
                continue;
            }
            long index = Long.parseLong(fields[0]);
            corpus.entries.add(Entry.newBuilder()
                    .setIndex(index)
                    .setTerm(Long.parseLong(fields[1]))
                    .setType(EntryType.valueOf(fields[2]))
                    .setData(ByteString.copyFrom(Base64.getDecoder().decode(fields[3].substring(1))))
                    .build());
            if (fields.length > 4) {
                corpus.digests.add(new EntryDigest(
                        index, hex(fields[4]), hex(fields[5]), hex(fields[6]), hex(fields[7])));
            }
        }
        return corpus;
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    /** Gives a log that has just been recorded the digests of this build. */
    static void complete(Path file) throws IOException {
        Corpus corpus = read(file);
        if (corpus.digests.isEmpty()) {
            corpus.digests.addAll(ReplayCorpusTest.replay(corpus.entries, 1));
            corpus.write(file);
        }
    }

    private void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            EntryDigest digest = digests.get(i);
            lines.add("%d %d %s =%s %x %x %x %x".formatted(
                    entry.getIndex(),
                    entry.getTerm(),
                    entry.getType(),
                    Base64.getEncoder().encodeToString(entry.getData().toByteArray()),
                    digest.chain(),
                    digest.rowsLow(),
                    digest.rowsHigh(),
                    digest.tables()));
        }
        said.forEach(one -> lines.add("etcd %d %d %d %d"
                .formatted(one.index, one.revision, one.compactRevision, one.hash)));
        Files.write(file, lines);
    }

    /**
     * Records a corpus from a seed: {@code <file> <seed>}; leases are among what it does since the second one, users
     * and roles since the third.
     */
    public static void main(String[] args) throws IOException {
        Corpus corpus = new Corpus();
        corpus.entries.addAll(random(new SplittableRandom(Long.parseLong(args[1]))).entries);
        corpus.digests.addAll(ReplayCorpusTest.replay(corpus.entries, 1));
        corpus.write(Path.of(args[0]));
    }

    private static Log random(SplittableRandom random) {
        Log log = new Log().addMember(Log.MEMBER, "http://localhost:2380").term(2).noOp();
        log.attributes(Log.MEMBER, "default", "http://localhost:2379").clusterVersion("3.7.0");
        for (int i = 0; i < 300; i++) {
            String key = "key/" + random.nextInt(20);
            String role = "role" + random.nextInt(3);
            String user = random.nextInt(3) == 0 ? "root" : "user" + random.nextInt(3);
            log.as(random.nextInt(2) == 0 ? "root" : user, random.nextInt(120));
            switch (random.nextInt(30)) {
                case 0 -> log.delete(key, "key/" + random.nextInt(20));
                case 1 -> log.putBoth(key, key + "/child", "value " + i);
                case 2 -> log.putKeepingValue(key);
                case 3 -> log.put(key, "x".repeat(random.nextInt(2_000)));
                case 4 -> log.term(2 + i / 50).noOp();
                case 5 -> log.grant(1 + random.nextInt(8), 1 + random.nextInt(600));
                case 6 -> log.revoke(1 + random.nextInt(8));
                case 7 -> log.checkpoint(1 + random.nextInt(8), random.nextInt(100));
                case 8, 9 -> log.putWithLease(key, "leased " + i, 1 + random.nextInt(8));
                case 10 -> log.putKeepingLease(key, "kept " + i);
                case 11 -> log.addUser(user, "aGFzaA==");
                case 12 -> log.addRole(role);
                case 13, 14 -> log.grantRole(user, random.nextInt(3) == 0 ? "root" : role);
                case 15 -> log.permit(role, Permission.Type.forNumber(random.nextInt(3)), key, "key/9");
                case 16 -> log.forbid(role, key, "key/9");
                case 17 -> log.authEnable();
                case 18 -> log.revokeRole(user, role);
                case 19 -> log.changePassword(user, "b3RoZXI=");
                case 20 -> log.authenticate(user, "token" + i);
                case 21 -> removeSomething(log, user, role, random);
                default -> log.put(key, "value " + i);
            }
        }
        return log;
    }

    private static void removeSomething(Log log, String user, String role, SplittableRandom random) {
        switch (random.nextInt(4)) {
            case 0 -> log.deleteUser(user);
            case 1 -> log.deleteRole(role);
            case 2 -> log.authDisable();
            default -> log.downgrade(random.nextBoolean(), "3.6.0");
        }
    }
}
