"""machine.py - environments to measure in, and what the kernel tells of their processes."""
import contextlib
import os
import pathlib
import platform
import select
import signal
import subprocess
import time

PATIENCE_S = 90
LONGEST_ANSWER_S = 240  # what is timed in one go takes less than a minute on a machine that does nothing else


def kind():
    """What the machine is, without its name."""
    model = platform.machine()
    for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            model = line.split(':', 1)[1].strip()
            break
    wine = subprocess.run(['wine', '--version'], capture_output=True, text=True).stdout.strip()
    return f'{os.cpu_count()} x {model}, {wine}'


def broker(root):
    return root / 'build/tests/bench/broker/outlook-broker.exe'


def broker_kind(root):
    """Which broker is measured."""
    return f'the test build for Wine (OB_WINE), made as the shipped one, {broker(root).stat().st_size // 1024} KB'


class Environment:
    """A fresh environment with bench.exe in it, which does what ask() says. A with-statement ends it."""

    def __init__(self, root, **variables):
        self.root = root
        (root / 'build/logs').mkdir(exist_ok=True)
        self.log = open(root / 'build/logs/bench.log', 'ab')
        self.process = subprocess.Popen(
            [root / 'tools/with-broker', 'wine', root / 'build/tests/bench/bench.exe'], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, text=True, bufsize=1,
            env={**os.environ, 'OB_BROKER_EXE': str(broker(root)), **variables})
        folders = self.ask('say OB_DATA_DIR OB_SANDBOX_DIR WINEPREFIX').split('\t')
        self.data, self.sandbox, self.prefix = (pathlib.Path(folder) for folder in folders[:3])
        self.run(self.windows(root / 'build/tests/bench/bare-server.exe') + ' /RegServer')
        self.stopped = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Safe to repeat."""
        while self.stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.stopped.pop(), signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.process.stdin.write('end\n')
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    @staticmethod
    def windows(path):
        return 'Z:' + str(path).replace('/', '\\')

    def ask(self, line):
        """What bench.exe answers. If it does not, it is ended, so that one call that never returns does not cost the
        other rows."""
        self.process.stdin.write(line + '\n')
        if not select.select([self.process.stdout], [], [], LONGEST_ANSWER_S)[0]:
            self.process.terminate()
            raise RuntimeError(f'{line}: no answer within {LONGEST_ANSWER_S} s')
        answer = self.process.stdout.readline()
        if not answer or answer.startswith('error'):
            raise RuntimeError(f'{line}: {answer.strip() or "bench.exe has ended"}')
        return answer.rstrip('\n')

    def numbers(self, line):
        return [float(word) for word in self.ask(line).split()]

    def time(self, count, *calls):
        """Microseconds of each call, in turns: one list for each name of calls."""
        took = self.numbers(f'time {count} ' + ' '.join(calls))
        return [took[i::len(calls)] for i in range(len(calls))]

    def run(self, command):
        code = self.ask('run ' + command)
        if code != '0':
            raise RuntimeError(f'{command} ended with {code}')

    def set(self, name, value):
        self.run(f'reg add HKCU\\Software\\OutlookBroker /v {name} /t REG_DWORD /d {value} /f')

    def control(self, lines):
        """Tells the sandbox."""
        beside = self.sandbox / 'control.txt.new'
        beside.write_text(lines)
        beside.rename(self.sandbox / 'control.txt')

    def process_id(self, image):
        """The Unix id of the environment's process of this image; None if there is none."""
        for folder in pathlib.Path('/proc').glob('[0-9]*'):
            try:
                command = (folder / 'cmdline').read_bytes().split(b'\0')[0]
                if not command.lower().endswith(image.encode()):
                    continue
                if b'WINEPREFIX=' + bytes(self.prefix) in (folder / 'environ').read_bytes().split(b'\0'):
                    return int(folder.name)
            except OSError:
                continue
        return None

    def until(self, what, holds):
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f'waited in vain: {what}')
            time.sleep(0.02)

    def hold_outlook(self):
        """Has Outlook stand still in the Send of the first mail, so that nothing is delivered from now on."""
        self.control('hold = MailItem.Send before\n')
        self.time(1, 'accept')
        self.until('Outlook is held', (self.sandbox / 'held.txt').exists)
        pid = self.process_id('outlook-sandbox.exe')
        os.kill(pid, signal.SIGSTOP)
        self.stopped.append(pid)

    def stop_broker(self):
        """The client must have let go of it."""
        self.run('outlook-broker.exe /Stop')
        self.until('the broker ends', lambda: self.process_id('outlook-broker.exe') is None)

    def delivered(self):
        folder = self.sandbox / 'sent'
        return sum(name.endswith('.eml') for name in os.listdir(folder)) if folder.exists() else 0

    def seen_to_be_sent(self):
        """How many jobs the broker's log says are sent."""
        log = self.data / 'broker.log'
        return log.read_bytes().count(b'\tsent\t') if log.exists() else 0


def processor_by_thread(pid):
    """Microseconds of processor time by thread, to the nanosecond. A thread that ends takes its time with it."""
    found = {}
    for task in pathlib.Path(f'/proc/{pid}/task').glob('*'):
        with contextlib.suppress(OSError):  # it has just ended
            found[task.name] = int((task / 'schedstat').read_text().split()[0]) / 1000
    return found


def processor_us(pid):
    return sum(processor_by_thread(pid).values())


def since(now, before):
    """What was added, by thread."""
    return {task: value - before.get(task, 0) for task, value in now.items()}


def wakeups(pid):
    """How often threads of a process were given the processor because something happened, by thread."""
    found = {}
    for task in pathlib.Path(f'/proc/{pid}/task').glob('*'):
        with contextlib.suppress(OSError):
            for line in (task / 'status').read_text().splitlines():
                if line.startswith('voluntary_ctxt_switches'):
                    found[task.name] = int(line.split()[1])
    return found


def memory_kb(pid):
    """Kilobytes of a process: private (what no other process shares, written to), resident."""
    found = {}
    for line in pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines():
        words = line.split()
        if len(words) == 3:
            found[words[0].rstrip(':')] = int(words[1])
    return found['Private_Dirty'], found['Rss']
