package io.drawbore.launcher;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Vfs;
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
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * {@code drawbore util}: hands the offline tools what the plug-ins offer. Log lines of the rooms appear from a warning
 * on.
 */
final class OfflineCommand {
    private static final ServerConfig.Logging LOGGING = new ServerConfig.Logging(
            ServerConfig.LogLevel.WARN, ServerConfig.LogFormat.CONSOLE, List.of("stderr"));

    private OfflineCommand() {}

    /** Runs the command; answers the exit code. */
    static int run(final Plugins plugins, final List<String> line) {
        LogOutput.standardError(LOGGING);
        plugins.faults().forEach(LoggerFactory.getLogger(OfflineCommand.class)::warn);
        final String program = System.getProperty("drawbore.program", "drawbore util");
        return new OfflineTools(new Offered(plugins), stream(FileDescriptor.out), stream(FileDescriptor.err))
                .run(program, line);
    }

    /** In UTF-8 whatever the locale, since tables are drawn with it. */
    private static PrintStream stream(final FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** What all plug-ins offer. */
    private record Offered(Plugins plugins) implements OfflineTools.Offer {
        @Override
        public Optional<BackendProvider> backend(final String name) {
            return plugins.backend(name);
        }

        @Override
        public Optional<LogStoreProvider> log(final String name) {
            return plugins.log(name);
        }

        @Override
        public Optional<StorageMigrator> storageMigrator(final String name) {
            return plugins.storageMigrator(name);
        }

        @Override
        public Vfs vfs() {
            return new DiskVfs();
        }
    }
}
