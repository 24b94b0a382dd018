"""Run a command and print the CPU seconds that it and its processes took: `python scripts/cpu_seconds.py make lint`."""

import resource
import subprocess
import sys

if __name__ == "__main__":
    code = subprocess.run(sys.argv[1:], check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.0f} CPU seconds", file=sys.stderr)
    sys.exit(code)
