package io.spillway.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Rules of the code that a review would otherwise have to remember. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.spillway.router");

    /** What reads a clock, the environment, the machine or a source of chance. */
    private static final List<String> IMPURE = List.of("java.time.Clock", "java.time.InstantSource", "java.util.Random",
            "java.util.random.RandomGenerator", "java.util.concurrent.ThreadLocalRandom", "java.util.UUID", "java.lang.Thread",
            "java.util.Date");
    private static final List<String> IMPURE_CALLS = List.of("java.time.Instant.now", "java.time.LocalDate.now",
            "java.time.LocalDateTime.now", "java.time.ZonedDateTime.now", "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.getenv", "java.lang.System.getProperty", "java.lang.System.identityHashCode",
            "java.lang.Math.random");

    @Test
    void shouldHaveADomainThatKnowsNothingButJava() {
        classes().that().resideInAPackage("..router.domain..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.spillway.router.domain..", "org.jspecify.annotations")
                .because("decisions know neither Kafka nor Avro nor JSON").check(CLASSES);
    }

    @Test
    void shouldHaveADomainWithoutClockChanceOrEnvironment() {
        noClasses().that().resideInAPackage("..router.domain..").should()
                .dependOnClassesThat(new DescribedPredicate<JavaClass>("read a clock, chance or the environment") {
                    @Override
                    public boolean test(JavaClass type) {
                        return IMPURE.contains(type.getName()) || type.getPackageName().startsWith("java.io")
                                || type.getPackageName().startsWith("java.net") || type.getPackageName().startsWith("java.nio");
                    }
                }).because("the same inputs give the same decision, so a replay is safe").check(CLASSES);
        noClasses().that().resideInAPackage("..router.domain..").should()
                .callCodeUnitWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates
                        .target(new DescribedPredicate<CodeUnitCallTarget>("read a clock, chance or the environment") {
                            @Override
                            public boolean test(CodeUnitCallTarget target) {
                                return IMPURE_CALLS.contains(target.getOwner().getName() + "." + target.getName());
                            }
                        }))
                .check(CLASSES);
    }

    @Test
    void shouldLeaveTimeToTheEdgeInTheTopologyToo() {
        noClasses().that().resideInAPackage("..router.topology..").should()
                .callCodeUnitWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates
                        .target(new DescribedPredicate<CodeUnitCallTarget>("read a clock or chance") {
                            @Override
                            public boolean test(CodeUnitCallTarget target) {
                                return IMPURE_CALLS.contains(target.getOwner().getName() + "." + target.getName());
                            }
                        }))
                .because("the processor context has the time, and a test moves it").check(CLASSES);
    }

    @Test
    void shouldNotLeanOnKafkasHelpers() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache.kafka.common.utils..")
                .because("they are Kafka's own and change without notice").check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching("io.spillway.router.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldLetOnlyTheTopologyTouchRecordsOfTheContract() {
        noClasses().that().resideInAPackage("..router.domain..").should().dependOnClassesThat()
                .resideInAnyPackage("io.spillway.v1..",
                        "io.spillway.contract..")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoMutableStatics() {
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields().that().areStatic().and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should().beFinal().check(CLASSES);
    }

    @Test
    void shouldKeepFilesShort() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"), java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
            List<Path> long400 = files.filter(file -> file.toString().endsWith(".java")).filter(file -> {
                try (Stream<String> lines = Files.lines(file)) {
                    return lines.count() > 400;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).toList();
            assertThat(long400).as("files of more than 400 lines").isEmpty();
        }
    }

    @Test
    void shouldHaveSomethingToCheck() {
        assertThat(CLASSES).hasSizeGreaterThan(40);
    }
}
