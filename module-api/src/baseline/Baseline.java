import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes what later builds of module-api are compared with: its public classes without a line of code in them, in a jar
 * that is the same whenever and wherever it is made.
 *
 * <pre>
 * java module-api/src/baseline/Baseline.java
 * </pre>
 */
final class Baseline {
    private static final Path CLASSES = Path.of("module-api/target/classes");
    private static final Path JAR = Path.of("module-api/src/baseline/drawbore-api.jar");
    private static final String VERSION = "Drawbore-Api";

    private Baseline() {}

    public static void main(String[] args) throws Exception {
        if (!Files.isDirectory(CLASSES)) {
            throw new IllegalStateException(CLASSES + " is missing: run this in the checkout, after a build");
        }
        String version = version();
        if (Files.exists(JAR)) {
            try (JarFile before = new JarFile(JAR.toFile())) {
                if (version.equals(before.getManifest().getMainAttributes().getValue(VERSION))) {
                    throw new IllegalStateException(JAR + " is that of API " + version
                            + " already: raise ApiVersion.CURRENT first, or delete it where " + version
                            + " was never released");
                }
            }
        }
        write(version);
        System.out.println(JAR + " is that of API " + version);
    }

    private static String version() throws Exception {
        try (URLClassLoader classes = new URLClassLoader(new URL[] {CLASSES.toUri().toURL()})) {
            return String.valueOf(
                    classes.loadClass("io.drawbore.api.ApiVersion").getField("CURRENT").get(null));
        }
    }

    private static void write(String version) throws IOException {
        try (OutputStream file = Files.newOutputStream(JAR);
                ZipOutputStream out = new ZipOutputStream(file);
                Stream<Path> found = Files.walk(CLASSES)) {
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().putValue(VERSION, version);
            begin(out, JarFile.MANIFEST_NAME);
            manifest.write(out);
            out.closeEntry();
            List<Path> classes = found.filter(one -> one.toString().endsWith(".class"))
                    .filter(one -> !one.endsWith("module-info.class"))
                    .sorted()
                    .toList();
            for (Path one : classes) {
                ClassModel type = ClassFile.of().parse(one);
                if (type.flags().has(AccessFlag.PUBLIC)) {
                    begin(out, CLASSES.relativize(one).toString().replace('\\', '/'));
                    out.write(bare(type));
                    out.closeEntry();
                }
            }
        }
    }

    private static void begin(ZipOutputStream out, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        out.putNextEntry(entry);
    }

    /** Without what nobody outside can call, and without the constants that only the code needed. */
    private static byte[] bare(ClassModel type) {
        ClassFile fresh = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL);
        return fresh.transformClass(type, (builder, element) -> {
            switch (element) {
                case MethodModel method when method.flags().has(AccessFlag.PRIVATE) -> {}
                case FieldModel field when field.flags().has(AccessFlag.PRIVATE) -> {}
                case SourceFileAttribute source -> {}
                case MethodModel method ->
                    builder.transformMethod(method, (inner, part) -> {
                        if (!(part instanceof CodeModel)) {
                            inner.with(part);
                        }
                    });
                default -> builder.with(element);
            }
        });
    }
}
