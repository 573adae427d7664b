"""rows.py - what is measured: one class a row of the table, in its order. begin() is called for all rows before the first
is measured; what takes its time by itself (being idle) begins there."""
import os
import threading
import time

import line
from line import Line, milliseconds, of_bound, of_pairs, of_samples
from machine import Environment, memory_kb, processor_by_thread, processor_us, since, wakeups
import outbox_file

BLOCK = 10  # calls that are taken together as one sample: a pair's two sides were timed in turns within them


class Plan:
    """How much is measured, and where."""

    def __init__(self, root, quick, idle_seconds):
        self.root = root
        self.quick = quick
        self.idle_seconds = idle_seconds or (10 if quick else 60)
        self.stack = None

    def many(self, full):
        """A number of samples: all, or a tenth."""
        return max(full // 10, 1) if self.quick else full

    def environment(self, **variables):
        return Environment(self.root, **variables)


class Row:
    def begin(self, plan):
        pass


class Version(Row):
    """Session.Version beside the bare server's null call"""

    def measure(self, plan):
        with plan.environment() as e:
            e.ask('open bare')
            e.ask('open broker')
            e.time(50, 'null', 'version', 'bare_version')
            null, version, bare = e.time(plan.many(6000), 'null', 'version', 'bare_version')
        return [Line('Session.Version', 'null call of the bare server', *of_pairs(version, null, BLOCK), aim=1.05, notes=[
            f'{milliseconds(version)} ms, null call {milliseconds(null)} ms, the bare server\'s own Version '
            f'{milliseconds(bare)} ms: {line.ratio(version, bare, BLOCK)} of that'])]


class Accept(Row):
    """SendMail until it returns, beside null call + raw commit of the same row"""

    def measure(self, plan):
        with plan.environment() as e:
            e.ask('open bare')
            e.ask('open broker')
            e.hold_outlook()
            e.ask('raw ' + e.windows(e.data / 'outbox.db'))
            e.time(20, 'null', 'raw', 'make', 'accept')
            null, raw, make, accept = e.time(plan.many(3000), 'null', 'raw', 'make', 'accept')
            version, whole, invoked = e.time(plan.many(500), 'version', 'accept_release', 'accept_invoke')
        limit = [a + b for a, b in zip(null, raw)]
        with_object = [a + b for a, b in zip(make, raw)]
        return [Line('SendMail until it returns', 'null call + raw commit', *of_pairs(accept, limit, BLOCK), aim=1.15, notes=[
            f'{milliseconds(accept)} ms; null call {milliseconds(null)} ms, raw commit {milliseconds(raw)} ms, '
            f'a call that answers with a new object {milliseconds(make)} ms',
            f'{line.ratio(accept, with_object, BLOCK)} of such a call + raw commit: any answer that is an object '
            'costs this under Wine',
            f'with the job let go of {milliseconds(whole)} ms, by name as a script {milliseconds(invoked)} ms '
            f'(null call then: Version {milliseconds(version)} ms)'])]


class Status(Row):
    """Session.Status with its State while Outlook hangs, beside the bare server's null call"""

    def measure(self, plan):
        with plan.environment() as e:
            e.ask('open bare')
            e.ask('open broker')
            e.time(20, 'null', 'status')
            null_before, quiet = e.time(plan.many(500), 'null', 'status')
            e.hold_outlook()
            null, status = e.time(plan.many(1500), 'null', 'status')
        more = [(a - b) / 1000 for a, b in zip(status, null)]
        return [Line('Status and its State, Outlook hangs', 'null call', *of_samples(more), aim=10, unit=' ms more', notes=[
            f'{milliseconds(status)} ms, at most {max(status) / 1000:.2f} ms, null call {milliseconds(null)} ms; before '
            f'there was an Outlook {milliseconds(quiet)} ms (null call then {milliseconds(null_before)} ms). Three calls, '
            'the first of which answers with an object'])]


class Late(Row):
    """how long after its Timeout a call that waits for Outlook ends, while Outlook hangs"""
    TIMEOUT_US = 200000  # LATE_TIMEOUT_MS
    CALLS = {'late_profile': 'Profile', 'late_logon': 'Logon', 'late_save': 'Save', 'late_wait': 'Wait'}

    def measure(self, plan):
        with plan.environment() as e:
            e.ask('open broker')
            e.hold_outlook()
            e.ask('time 1 accept_kept')
            took = e.time(plan.many(15), *self.CALLS)
        late = [[(us - self.TIMEOUT_US) / 1000 for us in each] for each in took]
        return [Line('late beyond the deadline', '-', *of_bound(sum(late, [])), aim=250, unit=' ms', notes=[
            'the latest of all; median of ' + ', '.join(
                f'{name} {line.median(each):.1f} ms' for name, each in zip(self.CALLS.values(), late))
            + ' (Wait has a deadline of its own)'])]


class Named(Row):
    """how long it takes until Status names a dialog of Outlook's"""

    def measure(self, plan):
        took = []
        with plan.environment() as e:
            e.ask('open broker')
            e.time(1, 'accept_whole')
            e.control('dialog = Archive | Archive the message now? | Yes, No at send\n')
            for _ in range(plan.many(10)):
                took.append(e.numbers('named Archive')[0] / 1e6)
        return [Line('dialog named after', '-', *of_bound(took), aim=5, unit=' s', notes=[
            f'the slowest of {len(took)}, from the moment at which the window is there; Outlook\'s windows are looked at '
            'when it has been in one call for a second'])]


class Ends(Row):
    """how long the broker's end takes while Outlook hangs in Send: /Stop, and the end of the session"""

    def begin(self, plan):
        """/Stop waits for the mail in hand: meanwhile other rows are measured."""
        self.environments = [plan.stack.enter_context(plan.environment()) for _ in range(1 + min(plan.many(30), 3))]
        for e in self.environments:
            e.ask('open broker')
            e.hold_outlook()
        self.stopped_after = []
        self.thread = threading.Thread(target=self.stop, args=(self.environments[0],))
        self.thread.start()

    def stop(self, e):
        began = time.monotonic()
        e.stop_broker()
        self.stopped_after.append(time.monotonic() - began)

    def measure(self, plan):
        asked, closed = [], []
        for e in self.environments[1:]:
            answers = e.numbers('session-ends')
            asked.append(answers[0] / 1000)
            closed.append(answers[1] / 1e6)
            if (e.data / 'outbox.db-wal').exists():
                raise RuntimeError('the outbox was not closed when the session ended')
        self.thread.join()
        for e in self.environments:
            e.end()
        if not self.stopped_after:
            raise RuntimeError('/Stop did not end the broker')
        return [
            Line('outbox closed after WM_ENDSESSION', '-', *of_bound(closed), aim=4, unit=' s', notes=[
                f'the slowest of {len(closed)}, Outlook hanging in Send; WM_QUERYENDSESSION answered within '
                f'{max(asked):.1f} ms']),
            Line('broker gone after /Stop', '-', *of_bound(self.stopped_after), aim=30, unit=' s', notes=[
                'Outlook hanging in Send: the mail in hand is given 25 s; a broker that starts meanwhile waits 30 s'])]


class Direct(Row):
    """SendMail beside direct automation of the same mail"""

    def measure(self, plan):
        with plan.environment() as e:
            e.set('OutboxPollMilliseconds', 50)  # so that the samples come sooner; nothing of it is timed
            e.ask('open broker')
            e.ask('open outlook')
            e.time(3, 'direct', 'accept_invoke_whole', 'accept_whole')
            direct, invoked, accept = e.time(plan.many(80), 'direct', 'accept_invoke_whole', 'accept_whole')
        return [
            Line('SendMail by name, as a script', 'direct automation', *of_pairs(invoked, direct, 1), aim=0.35, notes=[
                f'{milliseconds(invoked)} ms; direct (CreateItem, To, Subject, Body, Send, by name) '
                f'{milliseconds(direct)} ms']),
            Line('SendMail through the vtable', 'direct automation', *of_pairs(accept, direct, 1), aim=0.35, notes=[
                f'{milliseconds(accept)} ms'])]


class Clients(Row):
    """accepts a second with 1, 8 and 32 clients, beside the bare server's null calls"""

    def measure(self, plan):
        lines = []
        with plan.environment() as e:
            e.ask('open broker')
            e.hold_outlook()
            for clients in (1, 8, 32):
                rounds, ms = (2, 500) if plan.quick else (5, 800)
                rates = e.numbers(f'many {clients} {rounds} {ms}')
                null, make, accept = rates[0::3], rates[1::3], rates[2::3]
                lines.append(Line(
                    f'accepts a second, {clients} client{"s" * (clients > 1)}', 'null calls a second',
                    *of_pairs(accept, null, 1), aim=0.8 if clients == 32 else None, at_least=True, notes=[
                        f'{line.median(accept):.0f} accepts (each job let go of), {line.median(null):.0f} null calls, '
                        f'{line.median(make):.0f} calls that answer with an object, let go of: '
                        f'{line.ratio(accept, make, 1)} of those']))
        return lines


class Delivered(Row):
    """mails delivered a second, beside direct automation"""

    def burst(self, e, call, mails):
        before, began = e.delivered(), time.monotonic()
        e.time(mails, call)
        e.until('the mails are delivered', lambda: e.delivered() >= before + mails)
        return mails / (time.monotonic() - began)

    def parts(self, e, mails, rounds):
        """Direct automation that makes drafts as the broker does; and that looks for the copies too."""
        drafts, looks = [], []
        for _ in range(rounds):
            drafts.append(self.burst(e, 'direct_draft', mails))
            looks.append(self.burst(e, 'direct_looked', mails))
        return drafts, looks

    def calls(self, e, call, mails):
        """How many calls Outlook is given for one mail."""
        e.control('log-calls = 1\n')
        log = e.sandbox / 'calls.txt'
        log.write_text('')
        self.burst(e, call, mails)
        time.sleep(2)  # looking whether the last ones have left
        count = len(log.read_text().splitlines())
        e.control('')
        return count / mails

    def measure(self, plan):
        mails, rounds = (30, 2) if plan.quick else (100, 5)
        broker, direct, seen_after = [], [], []
        with plan.environment() as e:
            e.ask('open broker')
            e.ask('open outlook')
            e.time(5, 'accept', 'direct')
            e.until('both are warm', lambda: e.delivered() >= 10 and e.seen_to_be_sent() >= 5)
            for _ in range(rounds):
                goal = e.seen_to_be_sent() + mails
                broker.append(self.burst(e, 'accept', mails))
                began = time.monotonic()
                e.until('the broker has seen them leave', lambda: e.seen_to_be_sent() >= goal)
                seen_after.append(time.monotonic() - began)
                direct.append(self.burst(e, 'direct', mails))
            drafts, looks = self.parts(e, mails, rounds)
            by_broker, by_hand = self.calls(e, 'accept', 40), self.calls(e, 'direct', 40)
        return [Line('delivered a second', 'direct automation', *of_pairs(broker, direct, 1), aim=1.2, at_least=True, notes=[
            f'{line.median(broker):.0f} a second, direct {line.median(direct):.0f}; Outlook is given {by_broker:.1f} '
            f'calls a mail, look-ups of names not counted, direct {by_hand:.1f}; the last of {mails} jobs is sent '
            f'{line.median(seen_after):.2f} s after the last message arrived, where the clock stops']),
                Line('direct automation with drafts', 'direct automation', *of_pairs(drafts, direct, 1), notes=[
                    f'{line.median(drafts):.0f} a second: what the stamp, Save and EntryID cost by themselves']),
                Line('the same, and looking for the copies', 'direct automation', *of_pairs(looks, direct, 1), notes=[
                    f'{line.median(looks):.0f} a second: with GetTable and GetArray of Sent Items for each mail besides'])]


class Cold(Row):
    """cold activation to the first answer, beside the bare server"""

    def measure(self, plan):
        broker, bare, work, bare_work = [], [], [], []
        with plan.environment() as e:
            for _ in range(plan.many(10) + 1):
                bare += e.numbers('cold bare')
                bare_work.append(processor_us(e.process_id('bare-server.exe')))
                e.ask('close bare')
                e.until('the bare server ends', lambda: e.process_id('bare-server.exe') is None)
                broker += e.numbers('cold broker')
                work.append(processor_us(e.process_id('outlook-broker.exe')))
                e.ask('close broker')
                e.stop_broker()
        # The first of each reads the programs from disk.
        return [Line('cold activation to first answer', 'bare server', *of_pairs(broker[1:], bare[1:], 1), aim=1.05, notes=[
            f'{milliseconds(broker[1:])} ms, bare {milliseconds(bare[1:])} ms: under Wine a client looks for a server '
            f'it started once a second, and what takes less is hidden; processor time until then '
            f'{milliseconds(work[1:])} ms, bare {milliseconds(bare_work[1:])} ms'])]


class Queued(Row):
    """accept, Jobs, start-up and memory with 10,000 and 100,000 jobs queued, beside an empty outbox"""
    SIZES = (0, 10000, 100000)

    def filled(self, plan, size):
        """An environment whose outbox holds size jobs, with no broker running."""
        e = plan.stack.enter_context(plan.environment())
        e.ask('open broker')
        e.time(1, 'accept_whole')
        e.ask('close broker')
        e.stop_broker()
        outbox_file.fill(e.data / 'outbox.db', size)
        return e

    def start(self, environments, count):
        """Start-up to the first answer that needs the outbox; and its processor time, and memory at rest."""
        took, work, memory = {}, {}, {}
        for turn in range(count + 1):
            for size, e in environments.items():
                ms = e.numbers('cold jobs')[0]
                e.ask('close broker')
                pid = e.process_id('outlook-broker.exe')
                if turn:  # the first reads the programs from disk
                    took.setdefault(size, []).append(ms)
                    work.setdefault(size, []).append(processor_us(pid))
                    memory.setdefault(size, []).append(memory_kb(pid)[0])
                e.stop_broker()
        return took, work, memory

    def calls(self, environments, name, turns):
        """Blocks of calls, in turns between the environments."""
        took = {size: [] for size in environments}
        for _ in range(turns):
            for size, e in environments.items():
                took[size] += e.time(BLOCK + 2, name)[0][2:]  # the first two warm the processor up
        return took

    def measure(self, plan):
        environments = {size: self.filled(plan, size) for size in self.SIZES}
        starts, work, memory = self.start(environments, plan.many(7))
        for e in environments.values():
            e.ask('open broker')
            e.hold_outlook()
        accepts = self.calls(environments, 'accept', plan.many(80))
        jobs = self.calls(environments, 'jobs', plan.many(20))
        for e in environments.values():
            e.end()
        lines = []
        for size in self.SIZES[1:]:
            for what, took, aim in (('accept', accepts, 1.1), ('Jobs', jobs, 1.1), ('start-up', starts, 1.5),
                                    ('start-up\'s processor time', work, 1.5)):
                notes = [f'{milliseconds(took[size])} ms, empty {milliseconds(took[0])} ms']
                if took is starts:
                    notes.append('Wine looks once a second for a server that it started, which hides what takes less')
                lines.append(Line(f'{what}, {size:,} jobs queued', 'empty outbox',
                                  *of_pairs(took[size], took[0], 1 if aim == 1.5 else BLOCK), aim=aim, notes=notes))
        growth = [(a - b) / 1024 for a, b in zip(memory[10000], memory[0])]
        lines.append(Line('memory more, 10,000 queued', 'empty outbox', *of_samples(growth), aim=0.1, unit=' MB', notes=[
            f'{line.median(memory[10000]) / 1024:.1f} MB, empty {line.median(memory[0]) / 1024:.1f} MB, 100,000 queued '
            f'{line.median(memory[100000]) / 1024:.1f} MB; 0.1 MB counts as no growth']))
        return lines


class Memory(Row):
    """memory at rest, and of a session"""

    def measure(self, plan):
        at_rest, bare_rest, resident = [], [], []
        per_session, sessions = [], plan.many(500)
        with plan.environment() as e:
            e.ask('open broker')
            e.time(1, 'jobs')
            first = memory_kb(e.process_id('outlook-broker.exe'))[0] / 1024  # it had to make its outbox
            e.ask('close broker')
            e.stop_broker()
            for _ in range(plan.many(5)):
                e.ask('open bare')
                e.ask('open broker')
                e.time(1, 'null', 'version', 'jobs')
                pid, bare = e.process_id('outlook-broker.exe'), e.process_id('bare-server.exe')
                private, whole = memory_kb(pid)
                at_rest.append(private / 1024)
                resident.append(whole / 1024)
                bare_rest.append(memory_kb(bare)[0] / 1024)
                e.ask(f'sessions {sessions // 5 or 1}')  # what is set aside once
                before = memory_kb(pid)[0]
                e.ask(f'sessions {sessions}')
                per_session.append((memory_kb(pid)[0] - before) / sessions)
                e.ask('close bare')
                e.ask('close broker')
                e.stop_broker()
        return [
            Line('memory at rest', '-', *of_samples(at_rest), aim=12, unit=' MB', notes=[
                f'private; resident {line.median(resident):.1f} MB; the bare server {line.median(bare_rest):.1f} MB '
                f'private, which is what Wine itself needs in a process; a broker that had to make its outbox {first:.1f} MB']),
            Line('memory of a session', '-', *of_samples(per_session), aim=8, unit=' KB', notes=[
                'with the stubs and pages that COM keeps for it'])]


class Idle(Row):
    """processor time and wake-ups of an idle broker"""
    NAMES = 'client connected', 'no client', 'the bare server'

    def begin(self, plan):
        """Two brokers that have delivered a mail: one whose client is still there, and one without; and the bare server,
        with a client. They are left alone while other rows are measured."""
        self.environments = []
        for name in self.NAMES[:2]:
            e = plan.stack.enter_context(plan.environment())
            e.ask('open broker')
            e.time(1, 'accept_whole')
            if name == 'no client':
                e.ask('close broker')
            self.environments.append(e)
        self.environments[0].ask('open bare')
        self.environments[0].time(20, 'null')
        time.sleep(8)  # what follows a delivery is over, and the threads that a pool keeps for 5 s have ended
        pids = [e.process_id('outlook-broker.exe') for e in self.environments]
        pids.append(self.environments[0].process_id('bare-server.exe'))
        before = self.snapshot(pids)

        def look():
            self.added = [[since(now, then) for now, then in zip(*pair)] for pair in zip(self.snapshot(pids), before)]

        self.timer = threading.Timer(plan.idle_seconds, look)
        self.timer.start()

    @staticmethod
    def snapshot(pids):
        return [(processor_by_thread(pid), wakeups(pid)) for pid in pids]

    def measure(self, plan):
        self.timer.join()
        for e in self.environments:
            e.end()
        minute = 60 / plan.idle_seconds
        work = [sum(processor.values()) / 1000 * minute for processor, _ in self.added]
        woken = [sum(threads.values()) * minute for _, threads in self.added]
        by_thread = [sorted((count for count in threads.values() if count), reverse=True) for _, threads in self.added]
        return [
            Line('processor time a minute, idle', '-', *of_samples(work[:2]), aim=1, unit=' ms', notes=[
                ', '.join(f'{name} {ms:.2f} ms' for name, ms in zip(self.NAMES, work))
                + '; 1 ms counts as none; Outlook attached, both after a delivered mail']),
            Line('wake-ups a minute, idle', '-', *of_samples(woken[:2]), aim=4, notes=[
                ', '.join(f'{name} {count:.0f}, by thread in {plan.idle_seconds} s {threads}'
                          for name, count, threads in zip(self.NAMES, woken, by_thread))
                + '; one a minute and thread is allowed'])]


class Attachment(Row):
    """a mail with an attachment of 20 MB, beside copying and flushing the file"""

    def measure(self, plan):
        path = plan.root / 'build/tests/bench/attachment.bin'
        path.write_bytes(os.urandom(20 * 1024 * 1024))
        with plan.environment(OB_BENCH_ATTACHMENT=Environment.windows(path)) as e:
            e.ask('open broker')
            e.hold_outlook()
            e.ask('attachment')
            e.time(2, 'copy', 'hash', 'accept_attachment')
            copy, hashed, accept = e.time(plan.many(30), 'copy', 'hash', 'accept_attachment')
        path.unlink()
        return [Line('SendMail with 20 MB', 'copying and flushing the file', *of_pairs(accept, copy, 1), aim=1.3, notes=[
            f'{milliseconds(accept)} ms, copy {milliseconds(copy)} ms; SHA-256 of it by Wine\'s bcrypt alone '
            f'{milliseconds(hashed)} ms'])]


class Marshalers(Row):
    """proxies beside the type library's marshaler, vtable beside Invoke"""
    BY_LIBRARY = '{00020424-0000-0000-C000-000000000046}'

    def measured(self, plan, by_library):
        with plan.environment() as e:
            if by_library:
                for interface in outbox_file.interfaces(plan.root):
                    e.run(f'reg add HKCR\\Interface\\{interface}\\ProxyStubClsid32 /ve /d {self.BY_LIBRARY} /f')
            e.ask('open broker')
            e.ask('open bare')
            e.hold_outlook()
            e.time(20, 'null', 'version', 'version_invoke', 'accept')
            return e.time(plan.many(400), 'null', 'version', 'version_invoke', 'accept', 'accept_invoke')

    def measure(self, plan):
        null, proxies, invoked, accept, accept_invoked = self.measured(plan, False)
        null_library, library, _, accept_library, _ = self.measured(plan, True)
        # Two environments: each side beside the null calls of its own.
        proxies_beside = [a / b for a, b in zip(proxies, null)]
        library_beside = [a / b for a, b in zip(library, null_library)]
        accepts_beside = [a / b for a, b in zip(accept, null)]
        accepts_library = [a / b for a, b in zip(accept_library, null_library)]
        return [
            Line('Version, type library marshaler', 'proxies', *of_pairs(library_beside, proxies_beside, BLOCK), notes=[
                f'{milliseconds(library)} ms, proxies {milliseconds(proxies)} ms; null call then '
                f'{milliseconds(null_library)} and {milliseconds(null)} ms']),
            Line('SendMail, type library marshaler', 'proxies', *of_pairs(accepts_library, accepts_beside, BLOCK), notes=[
                f'{milliseconds(accept_library)} ms, proxies {milliseconds(accept)} ms']),
            Line('Version by Invoke', 'vtable', *of_pairs(invoked, proxies, BLOCK), notes=[f'{milliseconds(invoked)} ms']),
            Line('SendMail by name (GetIDsOfNames, Invoke)', 'vtable', *of_pairs(accept_invoked, accept, BLOCK), notes=[
                f'{milliseconds(accept_invoked)} ms'])]


ROWS = {
    'version': Version(), 'status': Status(), 'late': Late(), 'named': Named(), 'ends': Ends(), 'accept': Accept(),
    'direct': Direct(), 'clients': Clients(), 'delivered': Delivered(), 'cold': Cold(), 'queued': Queued(),
    'memory': Memory(), 'idle': Idle(), 'attachment': Attachment(), 'marshalers': Marshalers(),
}


def described():
    return [(name, row.__doc__) for name, row in ROWS.items()]
