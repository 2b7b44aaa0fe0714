package io.sparknn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A package knows only the packages above it on the ladder, and only the libraries it may. */
class PackageLadderTest {
  private static final String ROOT = "io.sparknn.";
  private static final String BLOCK = "layer.block";

  /**
   * What each package may know besides itself; {@code layer.*} is each family of layers, and {@code
   * layer.block} the layers that are made of those.
   */
  private static final Map<String, Set<String>> LADDER = new LinkedHashMap<>();

  static {
    step("tensor");
    step("init", "tensor");
    step("activation", "tensor");
    step("layer", "tensor", "init", "activation");
    step("layer.*", "tensor", "init", "activation", "layer");
    step(BLOCK, "tensor", "init", "activation", "layer", "layer.*");
    step("graph", "tensor", "init", "activation", "layer");
    step("loss", "tensor");
    step("optim", "tensor");
    step("training", "tensor", "layer", "graph", "loss", "optim");
    step("spark", "tensor", "layer", "graph", "loss", "optim", "training");
    step("ml.param", "init", "activation", "layer", "loss", "optim", "spark");
    step("ml.layer", "tensor", "init", "activation", "layer", "layer.*", BLOCK, "ml", "ml.param");
    step(
        "ml",
        "tensor",
        "activation",
        "layer",
        "layer.*",
        "graph",
        "loss",
        "optim",
        "training",
        "spark",
        "ml.param");
  }

  /** The packages that alone may know a library. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "dev.ludovic.", Set.of("tensor"),
          "org.bytedeco.", Set.of("tensor"),
          "jdk.incubator.", Set.of("tensor"),
          "com.fasterxml.jackson.", Set.of("graph", "spark"),
          "scala.", Set.of("spark", "ml", "ml.param", "ml.layer"),
          "org.apache.hadoop.", Set.of("spark"),
          "org.apache.spark.", Set.of("spark", "ml", "ml.param", "ml.layer"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages(ROOT.substring(0, ROOT.length() - 1));

  private static void step(String name, String... known) {
    LADDER.put(name, new TreeSet<>(Arrays.asList(known)));
  }

  /** The class' package as the ladder names it. */
  private static String step(JavaClass type) {
    String name = type.getPackageName().substring(ROOT.length());
    return name.startsWith("layer.") && !name.equals(BLOCK) ? "layer.*" : name;
  }

  private static DescribedPredicate<JavaClass> in(String description, Stream<String> steps) {
    Set<String> names = steps.collect(Collectors.toSet());
    return DescribedPredicate.describe(
        description, type -> type.getPackageName().startsWith(ROOT) && names.contains(step(type)));
  }

  @Test
  void everyPackageStandsOnTheLadder() {
    assertEquals(
        LADDER.keySet(), CLASSES.stream().map(PackageLadderTest::step).collect(Collectors.toSet()));
  }

  @TestFactory
  Stream<DynamicTest> aPackageKnowsOnlyThoseAboveIt() {
    return LADDER.keySet().stream()
        .map(
            name ->
                dynamicTest(
                    name,
                    () ->
                        noClasses()
                            .that(in(name, Stream.of(name)))
                            .should()
                            .dependOnClassesThat(in("not above it", strangers(name)))
                            .check(CLASSES)));
  }

  private static Stream<String> strangers(String name) {
    return LADDER.keySet().stream()
        .filter(other -> !other.equals(name) && !LADDER.get(name).contains(other));
  }

  @Test
  void familiesOfLayersDoNotKnowOneAnother() {
    slices()
        .matching(ROOT + "layer.(*)")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(in("a block", Stream.of(BLOCK)), DescribedPredicate.alwaysTrue())
        .check(CLASSES);
  }

  @Test
  void noPackagesKnowOneAnotherInACycle() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @TestFactory
  Stream<DynamicTest> aLibraryIsKnownToItsPackagesOnly() {
    return LIBRARIES.keySet().stream()
        .map(
            library ->
                dynamicTest(
                    library,
                    () ->
                        noClasses()
                            .that(
                                in(
                                    "not of " + LIBRARIES.get(library),
                                    LADDER.keySet().stream()
                                        .filter(name -> !LIBRARIES.get(library).contains(name))))
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(library + ".")
                            .check(CLASSES)));
  }
}
