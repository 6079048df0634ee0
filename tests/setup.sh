#!/bin/sh
# What the tests need beyond Python packages: `file`; node with its packages for the Kaitai Struct
# compiler; for the viewer what Qt draws with, a screen without a screen, keys without a keyboard,
# and the programs that a desktop would run; for contact sheets a browser. As root on Debian what is
# missing is installed, elsewhere named.
set -eu
cd "$(dirname "$0")"

missing=""

# program NAME PACKAGE
program() {
    command -v "$1" >/dev/null || missing="$missing $2"
}

# library SONAME PACKAGE
library() {
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q "[[:space:]]$1 " || missing="$missing $2"
}

program file file
program node nodejs
program npm npm

if [ "$(uname)" = Linux ]; then
    program Xvfb xvfb
    program xdotool xdotool
    program update-mime-database shared-mime-info
    program xdg-mime xdg-utils
    program desktop-file-validate desktop-file-utils
    program appstreamcli appstream
    program gio libglib2.0-bin
    command -v chromium-browser >/dev/null || program chromium chromium
    program gtk-update-icon-cache gtk-update-icon-cache
    library libEGL.so.1 libegl1
    library libGL.so.1 libgl1
    library libfontconfig.so.1 libfontconfig1
    library libdbus-1.so.3 libdbus-1-3
    library libgssapi_krb5.so.2 libgssapi-krb5-2
    library libxkbcommon.so.0 libxkbcommon0
    library libxkbcommon-x11.so.0 libxkbcommon-x11-0
    library libxcb-cursor.so.0 libxcb-cursor0
    library libxcb-icccm.so.4 libxcb-icccm4
    library libxcb-keysyms.so.1 libxcb-keysyms1
    library libxcb-shape.so.0 libxcb-shape0
    library libxcb-xkb.so.1 libxcb-xkb1
    [ -n "$(find /usr/share/fonts -name '*.ttf' 2>/dev/null | head -n 1)" ] ||
        missing="$missing fonts-dejavu-core"
fi

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        # shellcheck disable=SC2086  # one word a package
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    else
        echo "the tests need these programs and libraries; please install Debian's" >&2
        echo "packages or what has them elsewhere:$missing" >&2
        exit 1
    fi
fi

npm ci --prefix spec --no-audit --no-fund --loglevel=error
