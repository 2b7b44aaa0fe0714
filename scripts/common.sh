# shellcheck shell=bash
# Sourced by the scripts beside it: where things are, the build, and a Spark to run on.

SPARK_NN_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export SPARK_NN_HOME
readonly SPARK_NN_HOME
readonly target=$SPARK_NN_HOME/target
readonly lib_dir=$SPARK_NN_HOME/examples/target/lib

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

note() {
  printf '%s\n' "$*" >&2
}

# The comment at the head of the script is its help.
print_help() {
  awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$0"
}

pom_version() {
  awk -F '[<>]' '$2 == "artifactId" { id = $3 } $2 == "version" && id == "spark-nn-parent" { print $3; exit }' \
    "$SPARK_NN_HOME/pom.xml"
}

require_java() {
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
    [[ -x $java ]] || die "JAVA_HOME is $JAVA_HOME, which has no bin/java: set it to a JDK 17 or later, or unset it."
  else
    java=$(command -v java) || die "there is no Java: install a JDK 17 or later, or set JAVA_HOME to one."
  fi
  local version
  version=$("$java" -version 2>&1 | awk -F '"' '/version/ { print $2; exit }')
  version=${version%%[.-]*}
  [[ $version =~ ^[0-9]+$ && $version -ge 17 ]] || die "$java is older than Java 17: set JAVA_HOME to a JDK 17 or later."
}

maven() {
  (cd "$SPARK_NN_HOME" && ./mvnw -q "$@" >&2) || die "the build failed: its messages are above."
}

# module jar: whether the jar is missing, or the module's sources changed since. Maven leaves a jar whose content would
# be the same untouched, so what was built by require_build since then counts too.
stale() {
  local jar=$2 stamp=$target/built
  [[ -f $jar ]] || return 0
  [[ -f $stamp ]] || stamp=$jar
  [[ -n $(find "$SPARK_NN_HOME/pom.xml" "$SPARK_NN_HOME/$1/pom.xml" "$SPARK_NN_HOME/$1/src/main" \
    -newer "$jar" -newer "$stamp" -print -quit) ]]
}

# Sets examples_jar, and builds it and all that it needs if something is missing or out of date.
require_build() {
  local version
  version=$(pom_version)
  examples_jar=$SPARK_NN_HOME/examples/target/spark-nn-examples-$version.jar
  if stale spark-nn "$lib_dir/spark-nn-$version.jar" || stale examples "$examples_jar"; then
    if [[ -f $examples_jar ]]; then
      note "Building spark-nn, since it has changed ..."
    else
      note "Building spark-nn (the first time this fetches Maven, Spark and OpenBLAS: some minutes) ..."
    fi
    mkdir -p "$target"
    touch "$target/built.new"
    rm -rf "$lib_dir"
    maven -Dmaven.test.skip=true package
    mv "$target/built.new" "$target/built"
  fi
}

# Sets spark_home (and spark_installed, empty if we put that Spark together), and exports SPARK_CONF_DIR.
require_spark() {
  if [[ -n ${SPARK_HOME:-} ]]; then
    spark_home=$SPARK_HOME
    spark_installed=yes
    [[ -x $spark_home/bin/spark-class ]] ||
      die "SPARK_HOME is $spark_home, which has no bin/spark-class: set it to an installed Spark 4.1, or unset it."
    compgen -G "$spark_home/jars/spark-core_2.13-4.*.jar" >/dev/null ||
      die "SPARK_HOME is $spark_home, which is not a Spark 4 with Scala 2.13: set it to one, or unset it."
    if [[ -z ${SPARK_CONF_DIR:-} ]]; then
      # An installed Spark that somebody has configured keeps its configuration.
      if [[ -e $spark_home/conf/spark-defaults.conf || -e $spark_home/conf/spark-env.sh ]]; then
        SPARK_CONF_DIR=$spark_home/conf
      else
        SPARK_CONF_DIR=$SPARK_NN_HOME/conf
      fi
    fi
    export SPARK_CONF_DIR
    return
  fi
  require_java
  spark_home=$target/spark
  spark_installed=
  if [[ ! -d $spark_home/jars || $SPARK_NN_HOME/pom.xml -nt $spark_home/jars || \
    $SPARK_NN_HOME/spark-nn/pom.xml -nt $spark_home/jars ]]; then
    note "Putting a Spark together from Maven's jars in target/spark ..."
    rm -rf "$spark_home.new"
    maven -pl spark-nn dependency:copy-dependencies -DincludeScope=provided -DoutputDirectory="$spark_home.new/jars"
    rm -rf "$spark_home"
    mv "$spark_home.new" "$spark_home"
    touch "$spark_home/jars"
  fi
  export SPARK_HOME=$spark_home
  export SPARK_SCALA_VERSION=2.13
  export SPARK_CONF_DIR=${SPARK_CONF_DIR:-$SPARK_NN_HOME/conf}
}

# class arguments...: sets spark_command to the command line of a class of Spark, as Spark's bin/spark-class does.
build_spark_command() {
  if [[ -n $spark_installed ]]; then
    spark_command=("$spark_home/bin/spark-class" "$@")
    return
  fi
  local -a words
  # Spark's launcher prints: nothing, a newline and the words of the command, each ended by a NUL; we add its status.
  mapfile -d '' -t words < <(
    status=0
    "$java" -Xmx128m -cp "$spark_home/jars/*" org.apache.spark.launcher.Main "$@" || status=$?
    printf '%d\0' "$status"
  )
  local last=$((${#words[@]} - 1))
  [[ ${words[last]} == 0 ]] || exit "${words[last]}"
  words[1]=${words[1]#$'\n'}
  # shellcheck disable=SC2034 # for the script that sources this
  spark_command=("${words[@]:1:last-1}")
}

# class arguments...: builds the benchmarks if they are out of date, and runs one of them.
run_benchmark() {
  local module=$SPARK_NN_HOME/spark-nn
  local classpath=$module/target/benchmark-classpath
  require_java
  if [[ ! -f $classpath || -n $(find "$SPARK_NN_HOME/pom.xml" "$module/pom.xml" "$module/src/main" \
    "$module/src/benchmark" -newer "$classpath" -print -quit) ]]; then
    note "Building the benchmarks ..."
    maven -P benchmark -pl spark-nn test-compile dependency:build-classpath -Dmdep.outputFile="$classpath.new"
    mv "$classpath.new" "$classpath"
  fi
  # Both halve OpenBLAS on processors that they were not meant for.
  unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
  exec "$java" -Xmx4g --add-modules=jdk.incubator.vector --add-opens=java.base/java.nio=ALL-UNNAMED \
    -Dlog4j2.configurationFile="$SPARK_NN_HOME/conf/log4j2.properties" \
    -cp "$module/target/benchmark-classes:$module/target/classes:$(<"$classpath")" "$@"
}
