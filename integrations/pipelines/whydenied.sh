#!/bin/sh
# For Jenkins and whatever else runs a shell: `sh whydenied.sh COMMAND…` runs a command as it is; where AWS refuses it, the
# answer stands under it and its files in $WHYDENIED_REPORT. Installs `whydenied` for this workspace where there is none.
set -eu

report=${WHYDENIED_REPORT:-whydenied-report}
if command -v whydenied > /dev/null; then
  whydenied=whydenied
else
  folder=${WHYDENIED_HOME:-.whydenied}
  if [ ! -x "$folder/bin/whydenied" ]; then
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet "whydenied[source]${WHYDENIED_VERSION:+==$WHYDENIED_VERSION}"
  fi
  whydenied=$folder/bin/whydenied
fi
rm -rf "$report"
exec "$whydenied" run --report "$report" ${WHYDENIED_SOURCE:+--source "$WHYDENIED_SOURCE"} -- "$@"
