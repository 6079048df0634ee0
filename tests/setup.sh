#!/bin/sh
# What the tests need beyond Python packages: `file`, and node with its packages for the
# Kaitai Struct compiler. As root on Debian what is missing is installed, elsewhere named.
set -eu
cd "$(dirname "$0")"

missing=""
command -v file >/dev/null || missing="$missing file"
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        # shellcheck disable=SC2086  # one word a package
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    else
        echo "the tests need these programs; please install them:$missing" >&2
        exit 1
    fi
fi

npm ci --prefix spec --no-audit --no-fund --loglevel=error
