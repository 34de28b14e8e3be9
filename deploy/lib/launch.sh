# shellcheck shell=bash
# Sourced by deploy/spillway and load-tests/run: finds a JDK, builds what changed, and says what to start Java with.
# The script that sources it sets before:
#   program  its name in messages
#   root     the checkout
#   modules  the modules whose classes it runs, the last being the one it is built by
# Works with bash 3.2, which is what macOS has.

# Set by the script that sources this one.
# shellcheck disable=SC2154
: "${program:?}" "${root:?}" "${modules[0]:?}"

readonly NEEDED_JAVA=25

readonly target=$root/${modules[${#modules[@]} - 1]}/target
readonly stamp=$target/launch-built
readonly third_party=$target/runtime-classpath.txt

fail() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 2
}

# Prints the major version of the JDK in a directory, or nothing when there is none.
java_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release"
}

# Prints the home of a JDK that is new enough; false when there is none.
find_jdk() {
  local home major
  local on_path=''
  if command -v javac > /dev/null 2>&1; then
    on_path=$(command -v javac)
    while [ -L "$on_path" ]; do
      on_path=$(readlink -f "$on_path" 2> /dev/null || readlink "$on_path")
    done
    on_path=$(dirname -- "$(dirname -- "$on_path")")
  fi
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.jbang/cache/jdks/* \
    "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -n "$home" ] || continue
    major=$(java_major "$home")
    if [ -n "$major" ] && [ "$major" -ge "$NEEDED_JAVA" ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

# True when nothing was built yet, the checkout moved, or a source is newer than the last build.
is_stale() {
  [ -r "$stamp" ] && [ -r "$third_party" ] && [ "$(cat "$stamp")" = "$root" ] || return 0
  local module sources=("$root/pom.xml")
  for module in "${modules[@]}"; do
    [ -d "$root/$module/target/classes" ] || return 0
    sources+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  # Directories count too: their time changes when a file in them is deleted.
  [ -n "$(find "${sources[@]}" -newer "$stamp" -print 2> /dev/null | head -n 1)" ]
}

# Builds all modules with the JDK in $1.
build() {
  command -v mvn > /dev/null 2>&1 \
    || fail 'Maven is needed to build Spillway and was not found: install Maven 3.8.7 or newer (https://maven.apache.org).'
  mkdir -p "$target"
  local log=$target/build.log marker=$target/build-started
  printf '%s: building from source (a minute or two the first time); details in %s\n' "$program" "$log" >&2
  # Sources changed while Maven runs must be newer than the stamp.
  : > "$marker"
  if ! (cd "$root" && JAVA_HOME=$1 mvn -B -q -P '!strict' -Dmaven.test.skip=true \
    -pl "${modules[${#modules[@]} - 1]}" -am package) > "$log" 2>&1; then
    tail -n 40 "$log" >&2
    printf '%s: the build failed; all of its output is in %s\n' "$program" "$log" >&2
    exit 1
  fi
  printf '%s\n' "$root" > "$marker.done"
  touch -r "$marker" "$marker.done"
  mv -f "$marker.done" "$stamp"
  rm -f "$marker"
}

# Builds, but never twice at the same time.
build_once() {
  mkdir -p "$target"
  local lock=$target/build.lock owner waited=0
  until mkdir "$lock" 2> /dev/null; do
    owner=$(cat "$lock/pid" 2> /dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2> /dev/null; then
      rm -rf "$lock"
      continue
    fi
    [ "$waited" -ne 0 ] || printf '%s: waiting for another build of this checkout (%s)\n' "$program" "$lock" >&2
    waited=$((waited + 1))
    [ "$waited" -le 600 ] || fail "another build holds $lock for ten minutes: remove it if no build runs."
    sleep 1
  done
  printf '%s\n' "$$" > "$lock/pid"
  trap 'rm -rf "$target/build.lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if is_stale; then
    build "$1"
  fi
  rm -rf "$lock"
  trap - EXIT INT TERM
}

# Sets jdk, classpath and logs, having built what changed.
prepare_launch() {
  jdk=$(find_jdk) || fail "a JDK $NEEDED_JAVA or newer is needed and was not found.
  Install one, e.g. Eclipse Temurin $NEEDED_JAVA from https://adoptium.net (Debian: apt install temurin-$NEEDED_JAVA-jdk; SDKMAN: sdk install java $NEEDED_JAVA-tem),
  or set JAVA_HOME or JAVA${NEEDED_JAVA}_HOME to one you have. It does not have to be the default java."
  if is_stale; then
    build_once "$jdk"
  fi
  local module
  classpath=''
  for module in "${modules[@]}"; do
    classpath=$classpath${classpath:+:}$root/$module/target/classes
  done
  classpath=$classpath:$(cat "$third_party")
  logs=${SPILLWAY_LOG_DIR:-$target/logs}
  mkdir -p "$logs" || fail "cannot write $logs: set SPILLWAY_LOG_DIR to a directory that is writable."
}

# Becomes Java. $1 is the usual heap, $2 the name of the log; then come further options, "--", the main class and its arguments.
launch() {
  local heap=$1 log_name=$2 tuning=() extra=()
  shift 2
  while [ "$1" != -- ]; do
    tuning+=("$1")
    shift
  done
  shift
  # Words of SPILLWAY_JAVA_OPTS are separate options.
  read -r -a extra <<< "${SPILLWAY_JAVA_OPTS:-}"
  exec "$jdk/bin/java" \
    "-Xmx${SPILLWAY_HEAP:-$heap}" \
    ${tuning[@]+"${tuning[@]}"} \
    --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow \
    "-Dspillway.home=$root" \
    "-Dspillway.log.dir=$logs" \
    "-Dspillway.log.name=$log_name" \
    ${extra[@]+"${extra[@]}"} \
    -cp "$classpath" \
    "$@"
}
