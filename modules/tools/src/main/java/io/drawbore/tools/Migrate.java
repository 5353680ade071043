package io.drawbore.tools;

import io.drawbore.api.Backend;
import io.drawbore.api.LogContent;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.server.OfflineMember;
import io.drawbore.server.OfflineMigration;
import java.io.PrintStream;
import java.util.List;
import java.util.regex.Pattern;

/** {@code migrate}: a member's store becomes of another storage version, as it would while the member runs. */
final class Migrate {
    private static final MinorVersion OLDEST = new MinorVersion(3, 5);
    private static final Pattern PART = Pattern.compile("[0-9]{1,4}");

    private Migrate() {}

    static void run(Parts parts, Arguments arguments, PrintStream err) {
        arguments.require(Flag.DATA_DIR, Flag.TARGET_VERSION);
        MinorVersion target = target(arguments.text(Flag.TARGET_VERSION));
        List<MinorVersion> steps;
        try (OfflineMember member = Paths.member(arguments);
                Backend store = member.openStore(parts.stores())) {
            LogContent log = member.readLog(parts.logs(), parts.vfs());
            OfflineMigration migration = new OfflineMigration(store, parts.migrator());
            steps = migrate(migration, target, log, arguments.isOn(Flag.FORCE), err);
        }
        if (steps.isEmpty()) {
            err.println("storage version up-to-date: " + target);
        }
        steps.forEach(step -> err.println("updated storage version: " + step));
    }

    private static List<MinorVersion> migrate(
            OfflineMigration migration, MinorVersion target, LogContent log, boolean force, PrintStream err) {
        try {
            return migration.to(target, log);
        } catch (StorageException refused) {
            if (!force) {
                throw refused;
            }
            err.println("normal migrate failed, trying with force: " + refused.getMessage());
            return migration.to(target, null);
        }
    }

    private static MinorVersion target(String told) {
        List<String> parts = List.of(told.split("\\.", -1));
        if (parts.size() != 2) {
            throw ToolException.badArguments("wrong target version format, expected \"X.Y\", got \"" + told + "\"");
        }
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw ToolException.badArguments("failed to parse target version: strconv.ParseInt: parsing \"" + part
                        + "\": invalid syntax");
            }
        }
        MinorVersion target = new MinorVersion(Integer.parseInt(parts.getFirst()), Integer.parseInt(parts.getLast()));
        if (target.compareTo(OLDEST) < 0) {
            throw ToolException.badArguments("target version \"" + told + "\" not supported. Minimal \"3.5\"");
        }
        return target;
    }
}
