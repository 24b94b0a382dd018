#!/bin/sh
# Makes build/lambda/, the folder that template.yaml deploys: the site, what it needs, its content compiled and indexed. It
# needs Python 3.13 for x86_64, as the function has. `whydenied.zip` beside it is the same for an upload by hand.
set -eu

python=${PYTHON:-python3.13}
cd "$(dirname "$0")/../.."
rm -rf build/lambda build/lambda-build
mkdir -p build/lambda
"$python" -m venv build/lambda-build
pip="build/lambda-build/bin/python -m pip"
$pip install --quiet --require-hashes -r requirements/build.txt
$pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/lambda-build/wheel .
$pip install --quiet --target build/lambda --require-hashes -r requirements/lambda.txt
$pip install --quiet --target build/lambda --no-deps build/lambda-build/wheel/*.whl
find build/lambda -name __pycache__ -type d -prune -exec rm -rf {} +
rm -rf build/lambda/bin
PYTHONPATH=build/lambda WHYDENIED_CACHE=build/lambda/cache build/lambda-build/bin/python -m whydenied build
(cd build/lambda && build=../whydenied.zip && rm -f "$build" && "$OLDPWD/build/lambda-build/bin/python" -m zipfile -c "$build" ./*)
du -sh build/lambda build/whydenied.zip
