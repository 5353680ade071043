package io.drawbore.launcher.internal;

import io.drawbore.api.AdmissionControl;
import io.drawbore.api.Auditor;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.ChangeFeed;
import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Plugin;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.V2Translator;
import java.util.List;
import java.util.function.Function;

/** What plug-ins may offer, each by a name that is there once. */
@SuppressWarnings("ImmutableEnumChecker") // its functions hold nothing
enum ExtensionPoint {
    BACKEND("backend", named(Plugin::backends, BackendProvider::name)),
    LOG_STORE("log store", named(Plugin::logs, LogStoreProvider::name)),
    V2_TRANSLATOR("v2 translator", named(Plugin::v2Translators, V2Translator::name)),
    STORAGE_MIGRATOR("storage migrator", named(Plugin::storageMigrators, StorageMigrator::name)),
    CHECKPOINT_PERSISTENCE(
            "checkpoint persistence", named(Plugin::checkpointPersistences, CheckpointPersistence::name)),
    TOKEN_PROVIDER("token provider", named(Plugin::tokenProviders, TokenProvider::name)),
    CHANGE_FEED("change feed", named(Plugin::changeFeeds, ChangeFeed::name)),
    ADMISSION_CONTROL("admission control", named(Plugin::admissionControls, AdmissionControl::name)),
    AUDITOR("auditor", named(Plugin::auditors, Auditor::name)),
    GRPC_SERVICE("gRPC service", named(Plugin::grpcServices, GrpcService::name)),
    HTTP_PATH("HTTP path", named(Plugin::httpPaths, HttpPath::path));

    private final String title;
    private final Function<Plugin, List<String>> names;

    ExtensionPoint(final String title, final Function<Plugin, List<String>> names) {
        this.title = title;
        this.names = names;
    }

    private static <T> Function<Plugin, List<String>> named(
            final Function<Plugin, List<T>> offers, final Function<T, String> name) {
        return plugin -> offers.apply(plugin).stream().map(name).toList();
    }

    /** One of it, in a line's words. */
    String title() {
        return title;
    }

    /** The names of what a plug-in offers of it. Runs code of the plug-in's. */
    List<String> namesOf(final Plugin plugin) {
        return names.apply(plugin);
    }

    /** Whether its names are chosen by flags or stand in metrics, and so are of few characters. */
    boolean hasPlainNames() {
        return this != GRPC_SERVICE && this != HTTP_PATH;
    }
}
