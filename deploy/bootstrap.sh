#!/bin/sh
# Makes .venv ready. usage: deploy/bootstrap.sh demo|test|bench|deploy
# Idempotent and quiet: does nothing when pyproject.toml has not changed since it last succeeded.
set -eu
what=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here"

demo_packages="python3-venv"
test_packages="$demo_packages $(tr '\n' ' ' < deploy/test-packages.txt)"
bench_packages="$test_packages $(tr '\n' ' ' < deploy/bench-packages.txt)"
deploy_packages="$test_packages $(tr '\n' ' ' < deploy/deploy-packages.txt)"
case $what in
    demo) packages=$demo_packages ;;
    test) packages=$test_packages ;;
    bench) packages=$bench_packages ;;
    deploy) packages=$deploy_packages ;;
    *) echo "usage: deploy/bootstrap.sh demo|test|bench|deploy" >&2; exit 2 ;;
esac

missing=""
for package in $packages; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
# A Python that brings venv itself (pyenv, uv) needs no python3-venv.
if python3 -c 'import venv, ensurepip' 2>/dev/null; then
    missing=$(echo "$missing" | sed 's/ python3-venv//')
fi
# An npm that came another way is as good, and Debian's cannot stand beside it.
if command -v npm >/dev/null; then
    missing=$(echo "$missing" | sed 's/ npm\b//')
fi
if [ -n "$missing" ]; then
    echo "installing Debian packages:$missing" >&2
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    export DEBIAN_FRONTEND=noninteractive
    if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends $missing; } >.bootstrap.log 2>&1; then
        tail -n 20 .bootstrap.log >&2
        echo "could not install:$missing" >&2
        echo "as root, type: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
fi

# Languages are read from .mo files, which git does not keep: a pulled change of a .po makes them stale.
compile_languages() {
    for text in shieldwall/languages/*/LC_MESSAGES/*.po; do
        if ! [ "${text%.po}.mo" -nt "$text" ]; then
            .venv/bin/python -m deploy.languages.compiled
            return
        fi
    done
}

stamp=.venv/.ready-$what
if [ -e "$stamp" ] && [ "$stamp" -nt pyproject.toml ]; then
    compile_languages
    exit 0
fi
echo "preparing .venv (once)" >&2
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check -U 'pip>=25.1'
case $what in
    demo) .venv/bin/python -m pip install -q --disable-pip-version-check -e '.[aggregator]' ;;
    test | bench | deploy) .venv/bin/python -m pip install -q --disable-pip-version-check -e '.[aggregator]' --group dev ;;
esac
compile_languages
touch "$stamp"
