package io.drawbore.api;

import java.util.List;

/**
 * What a module adds to a distribution. A Java module {@code provides io.drawbore.api.Plugin with …}; the launcher
 * finds it, and flags choose among what all modules offer, by name. Must have a public constructor without parameters
 * that does nothing. The lists are constant and may be asked for before {@link #start}; nothing in them is used before
 * it, and nothing after {@link #stop}. Tools on the data of a stopped member start no plug-in: they use stores, logs
 * and migrators as they are offered.
 *
 * <p>A plug-in in a folder of its own says who it is without being run, in {@code META-INF/drawbore/plugin.properties}
 * of the jar that provides it: {@code name} (this one's), {@code version}, {@code api} (the {@link ApiVersion} it was
 * written for, {@code 1.0}, or a range of them, {@code 1.0-1.4}), {@code config} (the keys of its configuration, with
 * commas; may be missing) and {@code after} (names of plug-ins that start before it, where they are there; may be
 * missing).
 *
 * <p>The constructor, {@link #name}, the lists, and what gRPC services and HTTP paths say of themselves (methods, the
 * messages that these take, paths) are asked for by the thread that starts the member; messages of gRPC services are
 * read and written on the client port's threads. All else runs on threads of the plug-in's own, but for what backends,
 * logs, translators, migrators, checkpoint persistences and token providers do, which are parts of the member: what
 * these throw ends it, or, from a token provider, fails the request.
 */
public interface Plugin {
    /** The plug-in's own name, for logs and {@code drawbore plugins}: lower-case letters, digits and dashes. */
    String name();

    /**
     * Starts it, before the store is opened; plug-ins start one after the other, those named in {@code after} first.
     *
     * @throws Exception where it can't: the member then doesn't start, and says which plug-in it was. Those that had
     *     started are stopped
     */
    default void start(PluginContext context) throws Exception {}

    /**
     * Stops it, after the member has stopped, in the opposite order. Threads that it started have ended on return; it
     * has ten seconds.
     */
    default void stop() throws Exception {}

    /** Stores it offers. */
    default List<BackendProvider> backends() {
        return List.of();
    }

    /** Logs it offers. */
    default List<LogStoreProvider> logs() {
        return List.of();
    }

    /** Translators of v2 requests it offers. */
    default List<V2Translator> v2Translators() {
        return List.of();
    }

    /** Migrators of storage versions it offers. */
    default List<StorageMigrator> storageMigrators() {
        return List.of();
    }

    /** What it offers to decide which checkpoints of leases are kept. */
    default List<CheckpointPersistence> checkpointPersistences() {
        return List.of();
    }

    /** Makers of auth tokens it offers. */
    default List<TokenProvider> tokenProviders() {
        return List.of();
    }

    /** What wants to hear of all changes; all that are there are fed. */
    default List<ChangeFeed> changeFeeds() {
        return List.of();
    }

    /** What has a say in requests before they are proposed; all that are there are asked. */
    default List<AdmissionControl> admissionControls() {
        return List.of();
    }

    /** What records requests; all that are there do. */
    default List<Auditor> auditors() {
        return List.of();
    }

    /** Services of gRPC that the client port has besides. */
    default List<GrpcService> grpcServices() {
        return List.of();
    }

    /** Paths of HTTP that the client port has besides. */
    default List<HttpPath> httpPaths() {
        return List.of();
    }
}
