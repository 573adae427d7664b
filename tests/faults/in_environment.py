#!/usr/bin/env python3
"""in_environment.py SEED ENVIRONMENT KILLS COPIES RESULT - one environment's faults and the verdict, run by tests/faults/run with
tools/with-broker. RESULT becomes a JSON file; what a failure needs is copied beside it, into RESULT's name without .json."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import judge  # noqa: E402

DRIVE_SECONDS_A_KILL = 20
DRIVE_SECONDS_MORE = 300


def drive(order):
    """Why the faults did not come to their end, or None."""
    seconds = int(order[2]) * DRIVE_SECONDS_A_KILL + DRIVE_SECONDS_MORE
    command = ['wine', os.environ['OB_BUILD'] + '/tests/faults.exe', 'drive', *order]
    said = pathlib.Path(os.environ['OB_ENVIRONMENT']) / 'driver-output.txt'  # no pipe: a broker would inherit it and hold it open
    try:
        with said.open('wb') as output:
            ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f'not at its end after {seconds} s'
    if ended.returncode:
        return f'the driver ended with {ended.returncode} {said.read_text(errors="replace").strip()}'
    return None


def keep(folder, places):
    shutil.rmtree(folder, ignore_errors=True)
    for name, place in places.items():
        shutil.copytree(place, folder / name, dirs_exist_ok=True)


def main():
    order, result = sys.argv[1:5], pathlib.Path(sys.argv[5])
    places = {'files': pathlib.Path(os.environ['OB_ENVIRONMENT']) / 'files',
              'data': pathlib.Path(os.environ['OB_DATA_DIR']), 'sandbox': pathlib.Path(os.environ['OB_SANDBOX_DIR'])}
    began = time.monotonic()
    why = drive(order)
    wrong = [why] if why else []
    found = {}
    try:
        found, more = judge.judge(places['files'], places['data'], places['sandbox'], order[3] != '0', why is None)
        wrong += more
        found['kills'], strange = judge.read_driver(places['files'])
        found['strikes'] = judge.read_strikes(places['sandbox'])
        wrong += strange
    except (OSError, RuntimeError, LookupError, ValueError) as failure:
        wrong.append(f'it could not be judged: {failure!r}')
    if wrong:
        keep(result.with_suffix(''), places)
    result.write_text(json.dumps({'found': found, 'wrong': wrong, 'seconds': round(time.monotonic() - began)}))


main()
