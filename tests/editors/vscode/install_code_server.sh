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
bash "$(dirname "$0")/install_node.sh" "$node" "$folder/node"
folder=$(cd "$folder" && pwd)
# The package has the headers of that Node too, so that nothing is fetched from elsewhere to build with.
export PATH="$folder/node/bin:$PATH" npm_config_nodedir="$folder/node/package"

quietly=(--loglevel=error --no-audit --no-fund --no-update-notifier --ignore-scripts)
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
