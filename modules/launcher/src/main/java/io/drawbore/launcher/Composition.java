package io.drawbore.launcher;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Vfs;
import io.drawbore.config.ServerConfig;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.metrics.Metrics;
import io.drawbore.metrics.ProcessMetrics;
import io.drawbore.plugins.PluginHost;
import io.drawbore.wal.DiskVfs;
import java.util.List;

/** The one list of what a member is made of. */
final class Composition {
    private Composition() {}

    /** Every room's Guice module, in layer order. */
    static List<Module> modules(final ServerConfig config, final Plugins plugins, final ThreadWorkers workers) {
        return List.of(
                new StrictModule(),
                new ConfigModule(config),
                new ExtensionsModule(config, plugins),
                new MetricsModule(),
                new PluginsModule(plugins, workers),
                new MemberModule());
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

    /** What the member counts. */
    private static final class MetricsModule extends AbstractModule {
        @Override
        protected void configure() {
            Metrics metrics = new Metrics();
            ProcessMetrics.register(metrics);
            bind(Metrics.class).toInstance(metrics);
        }
    }

    /** The plug-ins beside it. */
    private static final class PluginsModule extends AbstractModule {
        private final Plugins plugins;
        private final ThreadWorkers workers;

        PluginsModule(final Plugins plugins, final ThreadWorkers workers) {
            this.plugins = plugins;
            this.workers = workers;
        }

        @Override
        protected void configure() {
            bind(ThreadWorkers.class).toInstance(workers);
        }

        @Provides
        @Singleton
        PluginHost host(
                final ServerConfig config, final Vfs vfs, final ThreadWorkers workers, final Metrics metrics) {
            return new PluginHost(plugins.installed(), config.storage().dataDir(), vfs, workers, metrics);
        }
    }

    /** The member itself: its files, its loops, its client port. */
    private static final class MemberModule extends AbstractModule {
        @Override
        protected void configure() {
            bind(Vfs.class).toInstance(new DiskVfs());
            bind(ServerLifecycle.class).to(MemberLifecycle.class).in(Singleton.class);
            bind(MemberLifecycle.class);
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
