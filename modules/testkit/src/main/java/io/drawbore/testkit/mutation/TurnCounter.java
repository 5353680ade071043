package io.drawbore.testkit.mutation;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts the turns of loops. A mistake may turn a loop into one that never ends, and a thread that spins cannot be
 * stopped from outside: so before each jump backwards classes ask here whether they may go on.
 */
public final class TurnCounter {
    private static final ClassDesc SELF = ClassDesc.of(TurnCounter.class.getName());
    private static final MethodTypeDesc NOTHING_TO_NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);

    private TurnCounter() {
    }

    /** One turn more; called by the classes under judgement. On a thread that is no judge's it does nothing. */
    public static void count() {
        if (Thread.currentThread() instanceof JudgeThread judge) {
            judge.countTurn();
        }
    }

    /** The class with its turns counted; {@code parent} knows the classes it refers to. */
    static byte[] countTurns(byte[] original, ClassLoader parent) {
        ClassFile classFile = ClassFile.of(
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(parent)));
        return classFile.transformClass(classFile.parse(original),
                ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(AtBackwardJumps::new)));
    }

    private static final class AtBackwardJumps implements CodeTransform {
        private final Set<Label> passed = new HashSet<>();

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof LabelTarget place) {
                passed.add(place.label());
            } else if (element instanceof BranchInstruction jump && passed.contains(jump.target())) {
                builder.invokestatic(SELF, "count", NOTHING_TO_NOTHING);
            }
            builder.with(element);
        }
    }
}
