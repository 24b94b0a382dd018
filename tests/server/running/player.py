"""Plays a recorded run: `python player.py FILE`. What it printed, on which stream, and how it ended."""

import json
import os
import signal
import sys
from pathlib import Path

run = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
for stream, text in run["plays"]:
    data = text.encode()
    fd = {"out": 1, "err": 2, "tty": 1}[stream]
    while data:
        data = data[os.write(fd, data) :]
if isinstance(run["exit"], str):
    signal.signal(signal.Signals[f"SIG{run['exit']}"], signal.SIG_DFL)
    os.kill(os.getpid(), signal.Signals[f"SIG{run['exit']}"])
os._exit(run["exit"])
