package io.drawbore.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Finds what in a jar ends the process: calls of {@code System.exit}, {@code Runtime.exit} and {@code halt}, and
 * signals that a process raises for itself, called or handed on as a function. Whoever calls them by reflection isn't
 * found.
 */
final class ExitCalls {
    private static final Map<String, Set<String>> ENDING = Map.of(
            "java/lang/System", Set.of("exit"),
            "java/lang/Runtime", Set.of("exit", "halt"),
            "sun/misc/Signal", Set.of("raise"));

    private final List<String> found = new ArrayList<>();
    private int classes;

    private ExitCalls() {}

    /**
     * Reads every class of a jar, those for other versions of Java too.
     *
     * @throws IOException where the jar can't be read or holds a class that is none; the message says which
     */
    static ExitCalls in(final Path jar) throws IOException {
        final ExitCalls calls = new ExitCalls();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (final ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        calls.read(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        return calls;
    }

    /** How many classes there were. */
    int classes() {
        return classes;
    }

    /** A line's words for each method that does it. */
    List<String> found() {
        return found;
    }

    private void read(final String entry, final byte[] bytes) throws IOException {
        classes++;
        try {
            final ClassModel type = ClassFile.of().parse(bytes);
            if (mayEnd(type)) {
                type.methods().forEach(method -> read(type, method));
            }
        } catch (final IllegalArgumentException unreadable) {
            throw new IOException(entry + " is no class that can be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Most classes never name such a method; only the others are looked into. */
    private static boolean mayEnd(final ClassModel type) {
        for (final PoolEntry entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member
                    && ends(member.owner().asInternalName(), member.name().stringValue())) {
                return true;
            }
        }
        return false;
    }

    private void read(final ClassModel type, final MethodModel method) {
        final Optional<CodeModel> code = method.code();
        if (code.isEmpty()) {
            return;
        }
        for (final CodeElement element : code.get()) {
            final Optional<String> ended =
                    switch (element) {
                        case InvokeInstruction call ->
                            called(call.owner().asInternalName(), call.name().stringValue());
                        case InvokeDynamicInstruction made ->
                            made.bootstrapArgs().stream().flatMap(one -> handed(one).stream()).findFirst();
                        case ConstantInstruction constant -> handed(constant.constantValue());
                        default -> Optional.empty();
                    };
            if (ended.isPresent()) {
                found.add(type.thisClass().asInternalName().replace('/', '.') + "."
                        + method.methodName().stringValue() + " calls " + ended.get());
            }
        }
    }

    private static Optional<String> handed(final ConstantDesc constant) {
        return constant instanceof DirectMethodHandleDesc handle
                ? called(internalName(handle.owner().descriptorString()), handle.methodName())
                : Optional.empty();
    }

    private static String internalName(final String descriptor) {
        return descriptor.startsWith("L") ? descriptor.substring(1, descriptor.length() - 1) : descriptor;
    }

    private static Optional<String> called(final String owner, final String name) {
        return ends(owner, name) ? Optional.of(owner.replace('/', '.') + "." + name) : Optional.empty();
    }

    private static boolean ends(final String owner, final String name) {
        return ENDING.getOrDefault(owner, Set.of()).contains(name);
    }
}
