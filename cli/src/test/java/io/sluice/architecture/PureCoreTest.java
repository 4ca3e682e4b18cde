package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.VOLATILE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The core is sans-IO (ARCHITECTURE §1): told the time, given its randomness, confined to one thread, without files or
 * sockets. A lock as a block ({@code synchronized (x)}) leaves no trace here; Checkstyle's CoreLock finds it.
 */
@AnalyzeClasses(packages = Layers.ROOT, importOptions = DoNotIncludeTests.class)
final class PureCoreTest {
    private static final DescribedPredicate<JavaClass> CORE =
            describe("belong to stack-core or stack-cc", type -> Layers.isPure(Layers.of(type)));

    /** Everything else is I/O, concurrency or a dependency that the core and its stacks must not have. */
    private static final Set<String> ALLOWED_PACKAGES = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.nio",
            "java.nio.charset",
            "java.security",
            "java.util",
            "java.util.function",
            "java.util.random",
            "java.util.stream",
            "javax.crypto",
            "javax.crypto.spec",
            "io.netty.buffer",
            "io.netty.util",
            "io.netty.util.collection",
            "org.slf4j",
            "org.jspecify.annotations");

    /** A length of time is data; the clocks of its package are not. */
    private static final Set<String> LENGTHS_OF_TIME = Set.of("java.time.Duration");

    /** An address is data; looking up its name is I/O. */
    private static final Set<String> ADDRESSES =
            Set.of("java.net.InetAddress", "java.net.Inet4Address", "java.net.Inet6Address");

    private static final Set<String> ADDRESS_METHODS = Set.of("getByAddress", "getAddress");

    @ArchTest
    static final ArchRule DEPENDENCIES = classes()
            .that(CORE)
            .should()
            .onlyDependOnClassesThat(describe(
                    "are plain data, netty-buffer, netty-common or slf4j-api: no I/O, no concurrency, no clock of java.time",
                    PureCoreTest::isAllowed));

    @ArchTest
    static final ArchRule NO_NAME_LOOKUP = noClasses()
            .that(CORE)
            .should()
            .callMethodWhere(describe(
                    "a java.net address is more than converted",
                    call -> ADDRESSES.contains(call.getTargetOwner().getName())
                            && !ADDRESS_METHODS.contains(call.getName())));

    @ArchTest
    static final ArchRule NO_CLOCK = noClasses()
            .that(CORE)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Timer.class, TimerTask.class);

    @ArchTest
    static final ArchRule NO_THREAD = noClasses()
            .that(CORE)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocal.class)
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Runtime.class, Process.class, ProcessBuilder.class);

    @ArchTest
    static final ArchRule NO_SYNCHRONIZED_METHOD =
            noMethods().that().areDeclaredInClassesThat(CORE).should().haveModifier(SYNCHRONIZED);

    @ArchTest
    static final ArchRule NO_VOLATILE_FIELD =
            noFields().that().areDeclaredInClassesThat(CORE).should().haveModifier(VOLATILE);

    /** {@link RandomGenerator} may be handed in; nobody in the core makes one. */
    @ArchTest
    static final ArchRule NO_RANDOMNESS = noClasses()
            .that(CORE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, SplittableRandom.class, SecureRandom.class, UUID.class)
            .orShould()
            .callMethod(RandomGenerator.class, "getDefault")
            .orShould()
            .callMethod(RandomGenerator.class, "of", String.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(System.class, "identityHashCode", Object.class);

    private PureCoreTest() {}

    private static boolean isAllowed(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        return base.isPrimitive()
                || Layers.isPure(Layers.of(base))
                || ADDRESSES.contains(base.getName())
                || LENGTHS_OF_TIME.contains(base.getName())
                || ALLOWED_PACKAGES.contains(base.getPackageName());
    }
}
