package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records what a process does to the files below one folder, by a small C library of ours loaded before its others.
 * Needs Linux and gcc; sees native code (SQLite) and the JDK's file channels alike, but no mapped files and no folders
 * made.
 */
public final class DiskRecorder {
    private static final int HEAD_BYTES = 17;

    private final Path library;
    private final Path folder;
    private final Path record;

    private DiskRecorder(Path library, Path folder, Path record) {
        this.library = library;
        this.folder = folder;
        this.record = record;
    }

    /** Why nothing can be recorded here; empty where it can. */
    public static Optional<String> missing() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            return Optional.of("recording a disk needs Linux");
        }
        try {
            Process gcc = new ProcessBuilder("gcc", "--version").redirectErrorStream(true).start();
            gcc.getInputStream().readAllBytes();
            return gcc.waitFor() == 0 ? Optional.empty() : Optional.of("gcc does not run");
        } catch (IOException e) {
            return Optional.of("gcc is not installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /**
     * Has a class play in a process of its own.
     *
     * @param work a folder for the library, the record and the recorded folder
     * @param program its main method is given the recorded folder, absolute and without symbolic links, and the rest
     * @throws IOException where that cannot be recorded, or the process fails, with what it said
     */
    public static DiskRecorder play(Path work, Class<?> program, String... rest)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("recorded")).toRealPath();
        DiskRecorder recorder = new DiskRecorder(compiled(work), folder, work.resolve("record.bin"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                folder.toString()));
        command.addAll(List.of(rest));
        ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
        child.environment().putAll(recorder.environment());
        Path said = work.resolve("said");
        int status = child.redirectOutput(said.toFile()).start().waitFor();
        if (status != 0) {
            throw new IOException("the recorded process ended with " + status + ": " + Files.readString(said));
        }
        return recorder;
    }

    private static Path compiled(Path work) throws IOException, InterruptedException {
        Path source = work.resolve("record.c");
        Path library = work.resolve("record.so");
        try (InputStream in = DiskRecorder.class.getResourceAsStream("record.c")) {
            if (in == null) {
                throw new IOException("record.c is not packed with the testkit");
            }
            Files.copy(in, source);
        }
        Process gcc = new ProcessBuilder(
                        List.of("gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl",
                                "-pthread"))
                .redirectErrorStream(true)
                .start();
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc cannot compile record.c: " + said);
        }
        return library;
    }

    /** What the recorded process must find. */
    private Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "DRAWBORE_RECORD_FOLDER", folder.toString(),
                "DRAWBORE_RECORD_FILE", record.toString());
    }

    /** What the process did. */
    public List<DiskEvent> events() throws IOException {
        return events(record);
    }

    /** The file that {@link #events()} reads; kept, it lets the same stop be looked at again. */
    public Path record() {
        return record;
    }

    /** What a process did by a record that was kept. */
    public static List<DiskEvent> events(Path record) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(record)).order(ByteOrder.LITTLE_ENDIAN);
        List<DiskEvent> events = new ArrayList<>();
        while (in.remaining() >= HEAD_BYTES) {
            char kind = (char) in.get();
            int pathLength = in.getInt();
            long number = in.getLong();
            int dataLength = in.getInt();
            String path = take(in, pathLength).toStringUtf8();
            ByteString data = take(in, dataLength);
            if (!path.equals(CrashMarks.FILE)) {
                events.add(event(kind, path, number, data));
            } else if (kind == 'W') {
                events.add(new DiskEvent.Marked(data.toStringUtf8()));
            }
        }
        return events;
    }

    private static ByteString take(ByteBuffer in, int length) {
        ByteString taken = ByteString.copyFrom(in.slice(in.position(), length));
        in.position(in.position() + length);
        return taken;
    }

    private static DiskEvent event(char kind, String path, long number, ByteString data) throws IOException {
        return switch (kind) {
            case 'C' -> new DiskEvent.Created(path);
            case 'W' -> new DiskEvent.Written(path, number, data);
            case 'T' -> new DiskEvent.Truncated(path, number);
            case 'S' -> new DiskEvent.Synced(path);
            case 'D' -> new DiskEvent.Deleted(path);
            case 'R' -> new DiskEvent.Renamed(path, data.toStringUtf8());
            default -> throw new IOException("the record holds an event of unknown kind " + (int) kind);
        };
    }
}
