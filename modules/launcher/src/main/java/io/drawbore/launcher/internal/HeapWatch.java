package io.drawbore.launcher.internal;

import com.sun.management.ThreadMXBean;
import io.drawbore.plugins.Fence;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import org.slf4j.LoggerFactory;

/**
 * Says, once, that hardly anything is free after a collection, and which plug-ins' threads have allocated most: the
 * line that stands above the JVM's own where memory runs out, which ends the process.
 */
final class HeapWatch {
    /** The part of the old generation that may be in use after a collection. */
    static final double NEARLY_FULL = 0.8;

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(HeapWatch.class);

    private final AtomicBoolean said = new AtomicBoolean();

    /** Begins to listen; the JVM's own thread calls. */
    void start() {
        for (final MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            final String name = pool.getName().toLowerCase(Locale.ROOT);
            final boolean old = name.contains("old") || name.contains("tenured");
            if (old && pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported()) {
                final long most = pool.getUsage().getMax();
                if (most > 0) {
                    pool.setCollectionUsageThreshold((long) (most * NEARLY_FULL));
                }
            }
        }
        if (ManagementFactory.getMemoryMXBean() instanceof NotificationEmitter emitter) {
            emitter.addNotificationListener((event, _) -> hear(event), null, null);
        }
    }

    private void hear(final Notification event) {
        if (event.getType().equals(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED)
                && said.compareAndSet(false, true)) {
            final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            LOG.atWarn()
                    .addKeyValue("used-bytes", heap.getUsed())
                    .addKeyValue("max-bytes", heap.getMax())
                    .addKeyValue("allocated-by-plug-ins", allocatedByPlugins())
                    .log("hardly any memory is free after a collection");
        }
    }

    /** {@code acme 1234567}, those that allocated most first; what ended threads had allocated isn't known any more. */
    static List<String> allocatedByPlugins() {
        final Map<String, Long> allocated = new TreeMap<>();
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemoryEnabled()) {
            for (final Thread thread : Thread.getAllStackTraces().keySet()) {
                final String owner = Fence.pluginOf(thread);
                final long bytes = owner == null ? 0 : threads.getThreadAllocatedBytes(thread.threadId());
                if (owner != null && bytes > 0) {
                    allocated.merge(owner, bytes, Long::sum);
                }
            }
        }
        final var most = new ArrayList<>(allocated.entrySet());
        most.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        return most.stream().map(one -> one.getKey() + " " + one.getValue()).toList();
    }
}
