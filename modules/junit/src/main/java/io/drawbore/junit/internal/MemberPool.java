package io.drawbore.junit.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All members that this JVM has started for tests: each is somebody's, or idle. They stay until the JVM ends, since
 * build tools may run each class as a test run of its own; a shutdown hook ends them, and where even that doesn't run,
 * the end of their standard input does. Any thread; a member is waited for without
 * holding the lock.
 */
public final class MemberPool {
    private static final MemberPool OF_THIS_JVM = new MemberPool();

    private final Map<Settings, List<MemberProcess>> idle = new HashMap<>();
    private final List<MemberProcess> all = new ArrayList<>();
    private @Nullable RunFolder folder;
    private int starting;
    private boolean closed;

    /** Of its own, for its tests: else there is one. */
    MemberPool() {}

    /** The one there is. */
    public static MemberPool ofThisJvm() {
        return OF_THIS_JVM;
    }

    /**
     * An idle member of these settings, or a new one.
     *
     * @param most how many there may be at once
     * @throws IllegalStateException where there are that many, or none can be started
     */
    MemberProcess take(final Settings settings, final int most) {
        final RunFolder home;
        synchronized (this) {
            final MemberProcess found = takeIdle(settings);
            if (found != null) {
                return found;
            }
            home = makeRoom(most);
            starting++;
        }
        final MemberProcess begun = begin(settings, home);
        try {
            begun.awaitReady(settings.startTimeout());
            return begun;
        } catch (final RuntimeException unusable) {
            discard(begun);
            throw unusable;
        }
    }

    /** From here on it is one of all, and the JVM doesn't end without it. */
    private MemberProcess begin(final Settings settings, final RunFolder home) {
        boolean counted = true;
        try {
            final Path program = Distribution.program(settings);
            synchronized (this) {
                starting--;
                counted = false;
                refuseAtTheEnd();
                final MemberProcess begun =
                        MemberProcess.begin(program, settings, home.path().resolve("m-" + UUID.randomUUID()));
                all.add(begun);
                return begun;
            }
        } finally {
            if (counted) {
                synchronized (this) {
                    starting--;
                }
            }
        }
    }

    private void refuseAtTheEnd() {
        if (closed) {
            throw new IllegalStateException("this JVM is ending: no member of Drawbore is started any more");
        }
    }

    private @Nullable MemberProcess takeIdle(final Settings settings) {
        final List<MemberProcess> ofThese = idle.getOrDefault(settings, List.of());
        while (!ofThese.isEmpty()) {
            final MemberProcess member = ofThese.remove(ofThese.size() - 1);
            if (member.isAlive()) {
                return member;
            }
            discard(member);
        }
        return null;
    }

    /** Ends an idle one of other settings where there are too many. */
    private RunFolder makeRoom(final int most) {
        refuseAtTheEnd();
        final Iterator<List<MemberProcess>> others = idle.values().iterator();
        while (all.size() + starting >= most && others.hasNext()) {
            final List<MemberProcess> some = others.next();
            while (all.size() + starting >= most && !some.isEmpty()) {
                discard(some.remove(some.size() - 1));
            }
        }
        if (all.size() + starting >= most) {
            throw new IllegalStateException(most + " members of Drawbore are in use, which are as many as"
                    + " drawbore.members allows: run fewer tests at the same time, or allow more");
        }
        if (folder == null) {
            folder = RunFolder.open(RunFolder.common());
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "drawbore-end"));
        }
        return folder;
    }

    /** Whoever had it needs it no more. */
    synchronized void giveBack(final Settings settings, final MemberProcess member) {
        idle.computeIfAbsent(settings, none -> new ArrayList<>()).add(member);
    }

    /** It is of no use to anybody. */
    synchronized void discard(final MemberProcess member) {
        all.remove(member);
        member.end();
    }

    /** Ends all, idle or not, and those that are not ready yet. */
    synchronized void close() {
        closed = true;
        all.forEach(MemberProcess::askToEnd);
        all.forEach(MemberProcess::end);
        all.clear();
        idle.clear();
        if (folder != null) {
            folder.close();
            folder = null;
        }
    }
}
