package io.drawbore.tools;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.LogContent;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.apply.DigestCheck;
import io.drawbore.membership.StorageVersion;
import io.drawbore.server.OfflineMember;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code verify}: reads all of a member's log and store and holds them against each other. Nothing is repaired, but the
 * store is opened as a member's start opens it.
 */
final class Verify {
    private static final List<String> OF_THE_STORE = List.of("version", "rows", "tables");
    private static final List<String> OF_BOTH = List.of("digests", "position", "membership");

    private final Parts parts;
    private final OfflineMember member;
    private final Findings findings = new Findings();

    private Verify(Parts parts, OfflineMember member) {
        this.parts = parts;
        this.member = member;
    }

    static Findings findings(Parts parts, Arguments arguments) {
        try (OfflineMember member = Paths.member(arguments)) {
            Verify verify = new Verify(parts, member);
            LogContent log = verify.log();
            verify.store(log);
            return verify.findings;
        }
    }

    private @Nullable LogContent log() {
        LogContent[] read = new LogContent[1];
        findings.add("log", () -> {
            read[0] = member.readLog(parts.logs(), parts.vfs());
            return tail(read[0]);
        });
        return read[0];
    }

    private static String tail(LogContent log) {
        return switch (log.tail()) {
            case CLEAN -> WalDump.summary(log);
            case TORN -> WalDump.summary(log) + "; a record at its end was never durable and will be cut off";
            case UNSAFE -> throw new StorageException("behind entry " + log.lastIndex()
                    + " is a bad record, and nothing says whether that had been durable");
        };
    }

    private void store(@Nullable LogContent log) {
        Backend store;
        try {
            store = member.openStore(parts.stores());
        } catch (StorageException e) {
            findings.broken("store", String.valueOf(e.getMessage()));
            OF_THE_STORE.forEach(check -> findings.skipped(check, "the store can't be opened"));
            OF_BOTH.forEach(check -> findings.skipped(check, "the store can't be opened"));
            return;
        }
        try (ReadTx view = store.read()) {
            store(view, log);
        } catch (StorageException e) {
            findings.broken("store", String.valueOf(e.getMessage()));
        } finally {
            close(store);
        }
    }

    /** What can't be closed has been found broken, or is now. */
    private void close(Backend store) {
        try {
            store.close();
        } catch (StorageException e) {
            findings.broken("store", String.valueOf(e.getMessage()));
        }
    }

    private void store(ReadTx view, @Nullable LogContent log) {
        findings.add("store", () -> numbers(view));
        findings.add("version", () -> version(view));
        findings.add("rows", () -> HistoryCheck.check(view));
        boolean tables = findings.add("tables", () -> tables(view));
        if (log == null || !tables) {
            String why = log == null ? "the log can't be read" : "the tables can't be read";
            OF_BOTH.forEach(check -> findings.skipped(check, why));
            return;
        }
        findings.add("digests", () -> digests(view, log));
        findings.add("position", () -> position(view.applied(), log));
        findings.add("membership", () -> MembershipCheck.check(view, log));
    }

    private static String numbers(ReadTx view) {
        return "entry " + view.applied().index() + " of term " + view.applied().term() + ", revision "
                + view.counter(Counter.REVISION) + ", compact revision " + view.counter(Counter.COMPACT_REVISION);
    }

    private String version(ReadTx view) {
        MinorVersion found = StorageVersion.of(view);
        if (found == null) {
            return "none yet";
        }
        if (!parts.migrator().chain().knows(found)) {
            throw new StorageException("the store is of storage version " + found + ", migrator "
                    + parts.migrator().name() + " knows " + parts.migrator().chain().oldest() + " to "
                    + parts.migrator().chain().newest());
        }
        return found.toString();
    }

    private static String tables(ReadTx view) {
        int rows = 0;
        for (Table table : Table.values()) {
            rows += view.all(table).size();
        }
        return rows + " rows in " + Table.values().length + " small tables";
    }

    private static String digests(ReadTx view, LogContent log) {
        DigestCheck.Compared compared = DigestCheck.check(view, log);
        return compared.digests() + " digests, " + compared.entries() + " of them folded again from the log";
    }

    private String position(Applied applied, LogContent log) {
        member.misfit(log, applied).ifPresent(misfit -> {
            throw new StorageException(misfit);
        });
        long behind = log.lastIndex() - applied.index();
        return "the store ends " + (behind == 0 ? "where the log does" : behind + " entries before the log");
    }
}
