package io.drawbore.bench.micro;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The consensus core of a cluster of three, with its log in memory as a member has it; no disk, no network. The figures
 * are of one entry, in batches of 64. They must not depend on how long the log is.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RaftBenchmark.BATCH)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RaftBenchmark {
    /** Entries of a batch. */
    public static final int BATCH = 64;

    private static final ByteString DATA = ByteString.copyFrom(new byte[256]);

    /** JMH makes one for each benchmark. */
    public RaftBenchmark() {}

    /** A member whose log has the same length before every batch. */
    @State(Scope.Thread)
    public abstract static class Member {
        /** Entries that the log keeps. */
        @Param({"1000", "1000000"})
        public int log;

        RaftMember member = new RaftMember(1, DATA);

        /** For its kinds. */
        protected Member() {}

        /** Begins with a log of that length. */
        @Setup
        public void begin() {
            member = new RaftMember(log, DATA);
            takeOffice();
        }

        /** Makes the next batch, outside of what is measured. */
        @Setup(Level.Invocation)
        public void prepare() {
            settle();
            makeBatch();
        }

        abstract void takeOffice();

        abstract void settle();

        abstract void makeBatch();
    }

    /** A leader; the others acknowledge each entry by itself, as it is sent. */
    public static class Leading extends Member {
        List<Message> answers = List.of();

        /** JMH makes one. */
        public Leading() {}

        @Override
        void takeOffice() {
            member.lead();
        }

        @Override
        void settle() {
            member.settle(answers);
        }

        @Override
        void makeBatch() {
            answers = answers(1);
        }

        List<Message> answers(final int every) {
            final var all = new ArrayList<Message>();
            for (int i = every; i <= BATCH; i += every) {
                all.add(RaftMember.acknowledgement(2, member.last() + i));
                all.add(RaftMember.acknowledgement(3, member.last() + i));
            }
            return all;
        }
    }

    /** A leader to which another member forwards a batch in one message; the others acknowledge it as a whole. */
    public static class LeadingForOthers extends Leading {
        private Message proposals = Message.getDefaultInstance();

        /** JMH makes one. */
        public LeadingForOthers() {}

        @Override
        void makeBatch() {
            answers = answers(BATCH);
            proposals = Message.newBuilder()
                    .setType(MessageType.MsgProp)
                    .setFrom(2)
                    .setTo(1)
                    .addAllEntries(Collections.nCopies(
                            BATCH, Entry.newBuilder().setData(DATA).build()))
                    .build();
        }
    }

    /** A follower, and the leader's next message, which commits the batch before. */
    public static class Following extends Member {
        private Message append = Message.getDefaultInstance();

        /** JMH makes one. */
        public Following() {}

        @Override
        void takeOffice() {
            // It follows whoever sends.
        }

        @Override
        void settle() {
            member.settle(List.of());
        }

        @Override
        void makeBatch() {
            append = member.append(BATCH, DATA);
        }
    }

    /** From the first proposal to the Ready that has all of them, with a message an entry to each of the others. */
    @Benchmark
    public Object leaderProposesToReady(final Leading leader) {
        for (int i = 0; i < BATCH; i++) {
            leader.member.node().propose(DATA);
        }
        return leader.member.ready();
    }

    /** From the first proposal until all are committed and handed out to be applied: two Readys, 128 answers. */
    @Benchmark
    public Object leaderProposesToApplied(final Leading leader) {
        for (int i = 0; i < BATCH; i++) {
            leader.member.node().propose(DATA);
        }
        return applied(leader);
    }

    /** The same for 64 entries that come in one message, and are sent on in one. */
    @Benchmark
    public Object leaderTakesBatchToApplied(final LeadingForOthers leader) {
        leader.member.node().step(leader.proposals);
        return applied(leader);
    }

    private static Object applied(final Leading leader) {
        leader.member.ready();
        leader.member.done();
        for (int i = 0; i < leader.answers.size(); i++) {
            leader.member.node().step(leader.answers.get(i));
        }
        return leader.member.ready();
    }

    /** From the leader's message until its entries are in the log and the answer may go out. */
    @Benchmark
    public Object followerAppends(final Following follower) {
        follower.member.node().step(follower.append);
        final Object ready = follower.member.ready();
        follower.member.done();
        return ready;
    }
}
