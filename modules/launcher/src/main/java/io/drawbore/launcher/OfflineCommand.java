package io.drawbore.launcher;

import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.LogOutput;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.tools.OfflineTools;
import io.drawbore.wal.DiskVfs;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code drawbore util}: hands the offline tools what a member is made of where no flag says otherwise. Log lines of
 * the rooms appear from a warning on.
 */
final class OfflineCommand {
    private static final ServerConfig.Logging LOGGING = new ServerConfig.Logging(
            ServerConfig.LogLevel.WARN, ServerConfig.LogFormat.CONSOLE, List.of("stderr"));

    private OfflineCommand() {}

    /** Runs the command; answers the exit code. */
    static int run(final Plugins plugins, final List<String> line) {
        LogOutput.standardError(LOGGING);
        final var parts = new OfflineTools.Parts(
                plugins.backend("sqlite").orElseThrow(),
                plugins.log("wal").orElseThrow(),
                plugins.storageMigrator("etcd").orElseThrow(),
                new DiskVfs());
        final String program = System.getProperty("drawbore.program", "drawbore util");
        return new OfflineTools(parts, stream(FileDescriptor.out), stream(FileDescriptor.err)).run(program, line);
    }

    /** In UTF-8 whatever the locale, since tables are drawn with it. */
    private static PrintStream stream(final FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
