#!/usr/bin/env bash
# Installs a Node and an npm into a folder, from the npm registry alone: FOLDER/bin/node, FOLDER/bin/npm, and the headers
# of that Node in FOLDER/package.
#   install_node.sh VERSION FOLDER
set -euo pipefail
version=$1 folder=$2
case $(uname -m) in
x86_64) architecture=x64 ;;
aarch64) architecture=arm64 ;;
*) echo "there is no Node for $(uname -m)" >&2; exit 1 ;;
esac

mkdir -p "$folder/bin"
cd "$folder"
# The npm of the distribution may be too old for that Node, and cannot run with it: it is given one of its own.
echo '{"private": true}' >package.json
npm install --loglevel=error --no-audit --no-fund --no-update-notifier --ignore-scripts --no-package-lock \
    "node-linux-$architecture@$version" npm@11.19.1
ln -sfn "node_modules/node-linux-$architecture" package
ln -sf ../package/bin/node bin/node
ln -sf ../node_modules/npm/bin/npm-cli.js bin/npm
