package io.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** Imports follow the arrows of ARCHITECTURE §2: between modules, and between the packages of stack-core and stack-cc. */
@AnalyzeClasses(packages = Layers.ROOT, importOptions = DoNotIncludeTests.class)
final class LayersTest {
    @ArchTest
    static final ArchRule ARROWS = classes()
            .should(followTheArrows())
            .as("a package imports only from layers below it and modules it may use");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching(Layers.ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONE_MODULE = classes().should(shareTheirPackageWithOneModuleOnly());

    @ArchTest
    static final ArchRule KNOWN_PACKAGES =
            classes().should(resideInAPackageThatLayersKnows()).as("every package has its place in Layers");

    @ArchTest
    static final ArchRule NULL_MARKED = classes().should(beInANullMarkedPackage());

    private LayersTest() {}

    private static ArchCondition<JavaClass> followTheArrows() {
        return new ArchCondition<>("follow the arrows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = Layers.of(type);
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String to = Layers.of(dependency.getTargetClass().getBaseComponentType());
                    if (!Layers.mayImport(from, to)) {
                        events.add(SimpleConditionEvent.violated(
                                type, from + " may not import " + to + ": " + dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> shareTheirPackageWithOneModuleOnly() {
        return new ArchCondition<>("share their package with one module only") {
            private final Map<String, Set<String>> modulesOfPackage = new HashMap<>();

            @Override
            public void init(Collection<JavaClass> types) {
                for (JavaClass type : types) {
                    modulesOfPackage
                            .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                            .add(moduleOf(type));
                }
            }

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<String> modules = modulesOfPackage.getOrDefault(type.getPackageName(), Set.of());
                if (modules.size() > 1) {
                    events.add(SimpleConditionEvent.violated(
                            type, "the package of " + type.getName() + " is in several modules: " + modules));
                }
            }
        };
    }

    /** The folder or jar that a class comes from. */
    private static String moduleOf(JavaClass type) {
        String path = type.getSource().orElseThrow().getUri().toString();
        return path.substring(0, path.lastIndexOf(type.getPackageName().replace('.', '/')));
    }

    private static ArchCondition<JavaClass> resideInAPackageThatLayersKnows() {
        return new ArchCondition<>("reside in a package that Layers knows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String layer = Layers.of(type);
                if (!Layers.isKnown(layer)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no known layer"));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a package marked @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, "the package of " + type.getName() + " has no package-info with @NullMarked"));
                }
            }
        };
    }
}
