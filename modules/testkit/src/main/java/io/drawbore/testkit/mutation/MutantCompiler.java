package io.drawbore.testkit.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles one changed file at a time, in memory, against the classes on the class path. What other classes have
 * inlined of it, compile-time constants, stays as it was.
 */
final class MutantCompiler implements AutoCloseable {
    private static final List<String> OPTIONS = List.of("-proc:none", "-implicit:none", "-nowarn", "-g");

    private final JavaCompiler compiler;
    // Kept, so that the jars of the class path are opened once.
    private final StandardJavaFileManager classPath;

    MutantCompiler() {
        compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed, this is a runtime");
        classPath = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    }

    /** The classes, by name, that come of a file. */
    Map<String, byte[]> compile(Mutant mutant, String source) {
        Written written = new Written(classPath);
        DiagnosticCollector<JavaFileObject> complaints = new DiagnosticCollector<>();
        boolean compiled = compiler.getTask(null, written, complaints, OPTIONS, null,
                List.of(new Source(mutant.className(), source))).call();
        if (!compiled) {
            throw new InvalidMutantException(mutant.name(), "does not compile: " + complaints.getDiagnostics());
        }
        return written.classes();
    }

    @Override
    public void close() {
        try {
            classPath.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Written extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Written(StandardJavaFileManager classPath) {
            super(classPath);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            URI uri = URI.create("mem:///" + className.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(className, _ -> new ByteArrayOutputStream());
                }
            };
        }

        @Override
        public void close() {
            // The class path stays open for the next one.
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
