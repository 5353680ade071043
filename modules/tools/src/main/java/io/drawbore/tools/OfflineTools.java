package io.drawbore.tools;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Vfs;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * {@code drawbore util}, and {@code etcdutl} in its words: commands on the data of a member that doesn't run, and on
 * snapshots. Flags, output and exit codes are etcdutl's where it has the command. One thread.
 */
public final class OfflineTools {
    private final Offer offer;
    private final PrintStream out;
    private final PrintStream err;

    /** What the distribution's plug-ins offer, by name, and the file system. */
    public interface Offer {
        /** A store. */
        Optional<BackendProvider> backend(String name);

        /** A log. */
        Optional<LogStoreProvider> log(String name);

        /** A migrator of storage versions. */
        Optional<StorageMigrator> storageMigrator(String name);

        /** Where logs and other files lie. */
        Vfs vfs();
    }

    /**
     * Prepares.
     *
     * @param out for answers, in UTF-8
     * @param err for what went wrong
     */
    public OfflineTools(Offer offer, PrintStream out, PrintStream err) {
        this.offer = offer;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs one command to its end.
     *
     * @param program what it was called by, for its usage
     * @param line the words behind that
     * @return the exit code: 0 where it did what it was asked; 1 where that failed, 4 for an output that there isn't,
     *     128 for a request that makes no sense
     */
    public int run(String program, List<String> line) {
        List<Tool> meant = List.of(Tool.values());
        try {
            Arguments arguments = Arguments.parse(program, line);
            meant = arguments.group();
            Optional<Tool> tool = arguments.tool();
            if (tool.isEmpty() || arguments.isOn(Flag.HELP)) {
                out.print(Usage.of(program, meant));
                out.flush();
                return 0;
            }
            arguments.requireTaken(tool.get());
            run(tool.get(), arguments);
            return 0;
        } catch (ToolException e) {
            err.println("Error: " + e.getMessage());
            if (e.wantsUsage()) {
                err.print(Usage.of(program, meant));
            }
            return e.exitCode();
        } catch (EtcdException e) {
            err.println("Error: " + withoutPrefix(String.valueOf(e.getMessage())));
            return ToolException.FAILED;
        } catch (StorageException | InvariantException e) {
            err.println("Error: " + e.getMessage());
            return ToolException.FAILED;
        } finally {
            err.flush();
        }
    }

    private void run(Tool tool, Arguments arguments) {
        Answer.Format format = Answer.Format.named(arguments.text(Flag.WRITE_OUT));
        Parts parts = Parts.chosen(offer, arguments);
        switch (tool) {
            case HASHKV -> HashKv.answer(parts, arguments).print(format, out);
            case MIGRATE -> Migrate.run(parts, arguments, err);
            case SNAPSHOT_STATUS -> SnapshotStatus.answer(parts, arguments).print(format, out);
            case VERIFY -> verify(parts, arguments, format);
            case VERSION -> out.print(VersionText.render());
            case WAL_DUMP -> WalDump.answer(parts, arguments, err).print(format, out);
        }
        out.flush();
    }

    private void verify(Parts parts, Arguments arguments, Answer.Format format) {
        Findings findings = Verify.findings(parts, arguments);
        findings.answer().print(format, out);
        findings.firstBroken().ifPresent(broken -> {
            throw ToolException.failed(broken);
        });
    }

    /** Servers say who they are before what is wrong; etcdutl speaks for the history itself. */
    private static String withoutPrefix(String message) {
        return message.startsWith("etcdserver: ") ? message.substring("etcdserver: ".length()) : message;
    }
}
