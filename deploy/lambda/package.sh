#!/bin/sh
# Makes build/lambda/, the folder that template.yaml deploys: the site, what it needs, its content as it is compiled in the
# wheel. It needs Python 3.13 for x86_64, as the function has. `whydenied.zip` beside it is the same for an upload by hand.
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
rm -rf build/lambda/bin
find build/lambda -name __pycache__ -type d -prune -exec rm -rf {} +
# One start leaves the bytecode of what a start needs, and of nothing else: a function cannot write its own.
# Nothing but what is in the folder is at hand there, as in the function.
(cd build/lambda && env -u PYTHONDONTWRITEBYTECODE AWS_LAMBDA_FUNCTION_NAME=built \
  ../lambda-build/bin/python -S -c "import whydenied.server.serving.function")
build/lambda-build/bin/python -m zipfile -c build/whydenied.zip build/lambda/*
du -sh build/lambda build/whydenied.zip
