package io.drawbore.launcher;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.Plugins;
import java.util.List;

/** The one list of what a member is made of. */
final class Composition {
    private Composition() {}

    /** Every room's Guice module, in layer order. */
    static List<Module> modules(final ServerConfig config, final Plugins plugins) {
        return List.of(
                new StrictModule(),
                new ConfigModule(config),
                new ExtensionsModule(config.storage(), plugins));
    }

    /** Nothing is bound, proxied or constructed that isn't written down. */
    private static final class StrictModule extends AbstractModule {
        @Override
        protected void configure() {
            binder().requireExplicitBindings();
            binder().requireAtInjectOnConstructors();
            binder().requireExactBindingAnnotations();
            binder().disableCircularProxies();
        }
    }

    /** What the member was told. */
    private static final class ConfigModule extends AbstractModule {
        private final ServerConfig config;

        ConfigModule(final ServerConfig config) {
            this.config = config;
        }

        @Override
        protected void configure() {
            bind(ServerConfig.class).toInstance(config);
        }
    }
}
