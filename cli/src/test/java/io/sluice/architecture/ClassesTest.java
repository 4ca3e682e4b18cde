package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.buffer.ByteBuf;
import java.nio.Buffer;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.BitSet;
import java.util.Queue;

/** What every class looks like: no state that outlives its owner, closed to extension, named for what it does. */
@AnalyzeClasses(packages = Layers.ROOT, importOptions = DoNotIncludeTests.class)
final class ClassesTest {
    @ArchTest
    static final ArchRule STATICS_ARE_FINAL =
            fields().that().areStatic().should().beFinal();

    /** A final field that holds something which changes is as global as one that is not final. Arrays pass: tables. */
    @ArchTest
    static final ArchRule STATICS_ARE_CONSTANTS =
            noFields().that().areStatic().should().haveRawType(describe("can change", ClassesTest::isMutable));

    /** A {@code Map} may be a {@code HashMap}, so look at what is made, too: {@code Map.of} and the like are constants. */
    @ArchTest
    static final ArchRule STATICS_HOLD_CONSTANTS = noClasses()
            .should()
            .callConstructorWhere(describe(
                    "a static initializer makes something that can change",
                    call -> call.getOrigin().getName().equals(JavaStaticInitializer.STATIC_INITIALIZER_NAME)
                            && isMutable(call.getTargetOwner())));

    @ArchTest
    static final ArchRule FINAL_UNLESS_EXTENDED = classes()
            .that(describe("are concrete and nothing extends", ClassesTest::isLeafClass))
            .should()
            .haveModifier(FINAL);

    @ArchTest
    static final ArchRule NAMES = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)")
            .orShould()
            .haveSimpleNameStartingWith("Abstract");

    private ClassesTest() {}

    private static boolean isLeafClass(JavaClass type) {
        return !type.isInterface()
                && !type.isEnum()
                && !type.isAnonymousClass()
                && !type.getModifiers().contains(ABSTRACT)
                && !type.getSimpleName().equals("package-info")
                && type.getSubclasses().isEmpty();
    }

    private static boolean isMutable(JavaClass type) {
        DescribedPredicate<JavaClass> container = assignableTo(AbstractCollection.class)
                .or(assignableTo(AbstractMap.class))
                .or(assignableTo(Queue.class))
                .or(assignableTo(Buffer.class))
                .or(assignableTo(ByteBuf.class))
                .or(assignableTo(BitSet.class))
                .or(assignableTo(ThreadLocal.class))
                .or(assignableTo(StringBuilder.class));
        return container.test(type) || isAtomic(type) || (!Layers.of(type).isEmpty() && hasMutableField(type));
    }

    private static boolean isAtomic(JavaClass type) {
        return type.getPackageName().equals("java.util.concurrent.atomic")
                && !type.getSimpleName().endsWith("Updater");
    }

    private static boolean hasMutableField(JavaClass type) {
        return !type.isEnum()
                && type.getAllFields().stream()
                        .anyMatch(field -> !field.getModifiers().contains(STATIC)
                                && !field.getModifiers().contains(FINAL));
    }
}
