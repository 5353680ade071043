package io.drawbore.launcher;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.V2Translator;
import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.Plugins;
import java.util.Optional;

/** Binds what flags choose among what plug-ins offer. */
final class ExtensionsModule extends AbstractModule {
    private final ServerConfig chosen;
    private final Plugins plugins;

    /** Main has made sure that the plug-ins offer what is chosen. */
    ExtensionsModule(final ServerConfig chosen, final Plugins plugins) {
        this.chosen = chosen;
        this.plugins = plugins;
    }

    @Override
    protected void configure() {
        bind(BackendProvider.class).toInstance(plugins.backend(chosen.storage().backend()).orElseThrow());
        bind(LogStoreProvider.class).toInstance(plugins.log(chosen.storage().logStore()).orElseThrow());
        bind(V2Translator.class)
                .toInstance(plugins.v2Translator(chosen.compatibility().v2Compat()).orElseThrow());
        bind(StorageMigrator.class)
                .toInstance(plugins.storageMigrator(chosen.compatibility().storageMigrator())
                        .orElseThrow());
        bind(CheckpointPersistence.class)
                .toInstance(plugins.checkpointPersistence(chosen.compatibility().checkpointPersistence())
                        .orElseThrow());
        bind(new TypeLiteral<Optional<TokenProvider>>() {})
                .toInstance(plugins.tokenProvider(chosen.auth().tokens()));
    }
}
