package io.drawbore.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What every Prometheus client tells of its process, and a handful of numbers about the JVM. */
public final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    /** Linux counts {@code statm} in pages; every platform we run on has this size or reports through smaller ones. */
    private static final long PAGE_BYTES = 4096;

    private ProcessMetrics() {}

    /** Registers {@code process_*}, {@code os_fd_*} and {@code jvm_*}. */
    public static void register(Metrics metrics) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        metrics.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
                () -> runtime.getStartTime() / 1e3);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            metrics.counter("process_cpu_seconds_total", "User and system CPU time spent, in seconds.",
                    () -> os.getProcessCpuTime() / 1e9);
            metrics.gauge("process_open_fds", "Number of open file descriptors.", os::getOpenFileDescriptorCount);
            metrics.gauge("process_max_fds", "Most file descriptors that may be open.", os::getMaxFileDescriptorCount);
            metrics.gauge("os_fd_used", "Number of file descriptors in use.", os::getOpenFileDescriptorCount);
            metrics.gauge("os_fd_limit", "Limit of file descriptors.", os::getMaxFileDescriptorCount);
        }
        if (Files.isReadable(STATM)) {
            metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", () -> statm(1));
            metrics.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", () -> statm(0));
        }
        registerJvm(metrics);
    }

    private static void registerJvm(Metrics metrics) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        String used = "Used bytes of a memory area.";
        metrics.gauge("jvm_memory_used_bytes", used, Map.of("area", "heap"), () ->
                memory.getHeapMemoryUsage().getUsed());
        metrics.gauge("jvm_memory_used_bytes", used, Map.of("area", "nonheap"),
                () -> memory.getNonHeapMemoryUsage().getUsed());
        metrics.gauge("jvm_memory_max_bytes", "Most bytes of a memory area.", Map.of("area", "heap"),
                () -> memory.getHeapMemoryUsage().getMax());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        metrics.gauge("jvm_threads_current", "Live threads.", threads::getThreadCount);
        metrics.counter("jvm_gc_collection_seconds_total", "Time spent in all garbage collectors, in seconds.",
                () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionTime).filter(t -> t > 0).sum() / 1e3);
        metrics.counter("jvm_gc_collections_total", "Collections of all garbage collectors.",
                () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount).filter(c -> c > 0).sum());
        metrics.gauge("jvm_info", "The virtual machine.",
                Map.of("version", Runtime.version().toString(), "vendor", System.getProperty("java.vendor", "unknown")),
                () -> 1);
    }

    private static double statm(int field) {
        try {
            String text = Files.readString(STATM, StandardCharsets.US_ASCII);
            return Long.parseLong(text.trim().split(" ", -1)[field]) * (double) PAGE_BYTES;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
