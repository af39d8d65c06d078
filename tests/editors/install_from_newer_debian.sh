#!/usr/bin/env bash
# Unpacks packages of a newer Debian suite into a folder of their own, with the C library that they need, and leaves
# the packages of the machine alone. The mirror is that of the machine.
#   install_from_newer_debian.sh SUITE FOLDER PROGRAM PACKAGE…      (PROGRAM is a path inside FOLDER)
set -euo pipefail
suite=$1 folder=$2 program=$3
shift 3

mirror=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } |
    sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *([^ ]+\/debian)\/?( .*)?$/\3/p' | head -n 1)
[ -n "$mirror" ] || { echo "the mirror of this machine is not known" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$folder"
: >"$work/status"
cat >"$work/suite.sources" <<END
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/suite.sources";
Dir::Etc::sourceparts "-";
Dir::Etc::preferencesparts "-";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Debug::NoLocking "true";
END
export APT_CONFIG="$work/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only install "$@" >/dev/null
for package in "$work"/archives/*.deb; do
    dpkg-deb -x "$package" "$folder"
done

# The program finds the loader and the libraries beside it, not those of the machine.
machine=$(uname -m)
loader=$(find -L "$folder" -path '*ld-linux*' -name 'ld-linux*.so.*' | head -n 1)
patchelf --set-interpreter "$(readlink -f "$loader")" --force-rpath \
    --set-rpath "$folder/usr/lib/$machine-linux-gnu:$folder/lib/$machine-linux-gnu" "$(readlink -f "$folder/$program")"
