# Sourced by ./start, ./verify and ./bench: leaves the home of a JDK of 25 or newer in $jdk, or says what to install
# and exits.
jdk=
is_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ "${version:-0}" -ge 25 ] 2>/dev/null && jdk=$1
}
find_jdk() {
    on_path=$(readlink -f "$(command -v javac 2>/dev/null)" 2>/dev/null)
    for candidate in "$DRAWBORE_JAVA_HOME" "$JAVA_HOME" "${on_path%/bin/javac}" /usr/lib/jvm/*25* /usr/lib/jvm/* \
        /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        [ -n "$candidate" ] && is_jdk "$candidate" && return 0
    done
    echo "$1: needs a JDK 25 or newer; install one (README.md has the line for your system), or set JAVA_HOME" >&2
    exit 1
}
find_maven() {
    command -v mvn >/dev/null 2>&1 && return 0
    echo "$1: needs Maven 3.8 or newer; install it (README.md has the line for your system)" >&2
    exit 1
}
revision() {
    git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown
}
