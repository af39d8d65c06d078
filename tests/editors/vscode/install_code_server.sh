#!/usr/bin/env bash
# Installs the workbench of Visual Studio Code as a server (code-server) into a folder, with a Node of its own, from
# the npm registry alone. What the tests of an extension do not need is not built: search, Kerberos, sign-in.
#   install_code_server.sh newest|floor FOLDER
# A C++ compiler, make and Python have to be there. The program is FOLDER/bin/code-server, Node is FOLDER/node/bin/node.
set -euo pipefail
which=$1 folder=$2
case $which in
newest) version=4.139.1 node=24.21.0 ;;
floor) version=4.93.1 node=20.20.2 ;; # Visual Studio Code 1.93, the oldest that can be had
*) echo "newest or floor, not $which" >&2; exit 2 ;;
esac
case $(uname -m) in
x86_64) architecture=x64 ;;
aarch64) architecture=arm64 ;;
*) echo "there is no Node for $(uname -m)" >&2; exit 1 ;;
esac

mkdir -p "$folder/node"
folder=$(cd "$folder" && pwd)
quietly=(--loglevel=error --no-audit --no-fund --no-update-notifier --ignore-scripts)
# The npm of the distribution may be too old for that Node, and cannot run with it: it is given one of its own.
(cd "$folder/node" && echo '{"private": true}' >package.json &&
    npm install "${quietly[@]}" --no-package-lock "node-linux-$architecture@$node" npm@11.19.1)
package=$folder/node/node_modules/node-linux-$architecture
mkdir -p "$folder/node/bin"
ln -sf "$package/bin/node" "$folder/node/bin/node"
ln -sf ../node_modules/npm/bin/npm-cli.js "$folder/node/bin/npm"
# The package has the headers of that Node too, so that nothing is fetched from elsewhere to build with.
export PATH="$folder/node/bin:$PATH" npm_config_nodedir="$package"

npm install "${quietly[@]}" --global --prefix "$folder" --omit=dev "code-server@$version"
server=$folder/lib/node_modules/code-server
cd "$server/lib/vscode"
if [ "$which" = newest ]; then
    npm install "${quietly[@]}" --omit=dev
    npm rebuild --loglevel=error @vscode/spdlog @vscode/native-watchdog node-pty >/dev/null
else
    npm install "${quietly[@]}" --omit=dev --legacy-peer-deps
    npm rebuild --loglevel=error @vscode/spdlog native-watchdog @parcel/watcher node-pty >/dev/null
    (cd "$server" && npm rebuild --loglevel=error argon2 >/dev/null)
fi
(cd extensions && npm install "${quietly[@]}" --omit=dev)
"$folder/bin/code-server" --version
