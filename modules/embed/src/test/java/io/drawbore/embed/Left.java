package io.drawbore.embed;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a JVM holds now, beside what it held before. */
final class Left {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private final Set<Thread> threads = threads();
    private final Set<Path> folders = folders();

    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    private static Set<Path> folders() {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(folder -> folder.getFileName().toString().startsWith("drawbore-embed-"))
                    .collect(Collectors.toSet());
        } catch (final IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /**
     * Threads that were not there before and stay, but for those that the JDK keeps for itself. Nobody can wait for the
     * last step of the thread that says that a member has failed, so they are waited for.
     */
    List<String> leftThreads() {
        final long end = System.nanoTime() + Session.PATIENCE.toNanos();
        List<String> left = newThreads();
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
            left = newThreads();
        }
        return left;
    }

    /** Threads that were not there before, but for those that the JDK keeps for itself. */
    List<String> newThreads() {
        return threads().stream()
                .filter(thread -> !threads.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> !name.startsWith("ForkJoinPool.commonPool")
                        && !name.equals("CompletableFutureDelayScheduler")
                        && !name.startsWith("HttpClient")
                        && !name.equals("process reaper")
                        && !name.startsWith("Attach")
                        && !name.equals("Cleaner-0"))
                .sorted()
                .toList();
    }

    /** Temporary folders that were not there before. */
    List<Path> newFolders() {
        return folders().stream().filter(folder -> !folders.contains(folder)).toList();
    }

    /** Files of members that are open; empty where the system doesn't say. */
    static List<String> openFiles() {
        if (!Files.isDirectory(OPEN_FILES)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(OPEN_FILES)) {
            return all.map(Left::target).filter(file -> file.contains("drawbore-embed-")).toList();
        } catch (final IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static String target(final Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (final IOException closed) {
            // between the list and the look
            return "";
        }
    }

    /** Whether somebody listens; a connection may be given the port that it goes to, and meet itself there. */
    static boolean isServed(final URI endpoint) {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return socket.getLocalPort() != socket.getPort();
        } catch (final IOException refused) {
            return false;
        }
    }
}
