package io.drawbore.interop.process;

import io.drawbore.testkit.ModuleJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Somebody who writes a plug-in: against what a distribution opens to them, and nothing else. */
final class ThirdParty {
    private static final List<String> OPEN =
            List.of("drawbore-api", "drawbore-proto", "protobuf-java", "slf4j-api", "jspecify");

    private ThirdParty() {}

    /** A plug-in {@code acme-<part>}, whose class has a body of its own. */
    static ModuleJar plugin(final String part, final String body) {
        return plugin(part, "name=acme-" + part + "\nversion=1.2\napi=1.0\nconfig=mark\n", body);
    }

    /** The same, which says something else of itself. */
    static ModuleJar plugin(final String part, final String descriptor, final String body) {
        return new ModuleJar(opened())
                .with("META-INF/drawbore/plugin.properties", descriptor)
                .with("module-info.java", """
                        module acme.%1$s {
                            requires io.drawbore.api;
                            provides io.drawbore.api.Plugin with acme.%1$s.Acme;
                            uses io.drawbore.api.Plugin;
                        }
                        """.formatted(part))
                .with("acme/" + part + "/Acme.java", """
                        package acme.%1$s;
                        import com.google.protobuf.ByteString;
                        import io.drawbore.api.*;
                        import io.drawbore.proto.etcdserverpb.PutRequest;
                        import io.drawbore.proto.etcdserverpb.Request;
                        import io.drawbore.proto.raftpb.Entry;
                        import java.io.IOException;
                        import java.io.UncheckedIOException;
                        import java.lang.foreign.MemorySegment;
                        import java.nio.file.Files;
                        import java.util.List;
                        import java.util.ServiceLoader;
                        public final class Acme implements Plugin {
                            @Override public String name() { return "acme-%1$s"; }
                            %2$s
                        }
                        """.formatted(part, body));
    }

    private static List<Path> opened() {
        try (Stream<Path> jars = Files.list(MemberProcess.home().resolve("lib"))) {
            return jars.filter(jar -> OPEN.stream()
                            .anyMatch(name -> String.valueOf(jar.getFileName()).startsWith(name)))
                    .toList();
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A store that leaves a mark and hands on to SQLite's. */
    static ModuleJar backend() {
        return plugin("store", """
                @Override public List<BackendProvider> backends() {
                    return List.of(new BackendProvider() {
                        @Override public String name() { return "acme"; }
                        @Override public Backend open(Options options) {
                            // what native code is called by; the JVM warns of it where it isn't allowed
                            MemorySegment.NULL.reinterpret(1);
                            ModuleLayer layer = Acme.class.getModule().getLayer();
                            Backend opened = ServiceLoader.load(layer, Plugin.class).stream()
                                    .filter(plugin -> plugin.type() != Acme.class)
                                    .flatMap(plugin -> plugin.get().backends().stream())
                                    .findFirst()
                                    .orElseThrow()
                                    .open(options);
                            try {
                                Files.writeString(options.folder().resolve("opened-by-acme"), "");
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return opened;
                        }
                    });
                }
                """);
    }

    /** Puts of then below {@code /acme/} become puts of today. */
    static ModuleJar translator() {
        return plugin("v2", """
                @Override public List<V2Translator> v2Translators() {
                    return List.of(new V2Translator() {
                        @Override public String name() { return "acme"; }
                        @Override public Command translate(Request request) {
                            if (!request.getPath().startsWith("/acme/")) {
                                throw new UntranslatableException("it is none of acme's");
                            }
                            return new Command.Put(PutRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8(request.getPath().substring(6)))
                                    .setValue(ByteString.copyFromUtf8(request.getVal()))
                                    .build());
                        }
                    });
                }
                """);
    }

    /** Knows no storage version after 3.6. */
    static ModuleJar migrator() {
        return plugin("storage", """
                @Override public List<StorageMigrator> storageMigrators() {
                    return List.of(new StorageMigrator() {
                        @Override public String name() { return "acme"; }
                        @Override public List<MinorVersion> versions() {
                            return List.of(new MinorVersion(3, 5), new MinorVersion(3, 6));
                        }
                        @Override public List<TableChange> step(ReadTx store, MinorVersion from, MinorVersion to) {
                            return List.of();
                        }
                        @Override public MinorVersion needs(Entry entry) { return new MinorVersion(3, 6); }
                    });
                }
                """);
    }

    /** Keeps every checkpoint. */
    static ModuleJar persistence() {
        return plugin("lease", """
                @Override public List<CheckpointPersistence> checkpointPersistences() {
                    return List.of(new CheckpointPersistence() {
                        @Override public String name() { return "acme"; }
                        @Override public boolean keepsBelow36(MinorVersion clusterVersion) { return true; }
                    });
                }
                """);
    }
}
