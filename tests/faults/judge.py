"""judge.py - what came of the mails of one environment: the clients' journals are held against what was delivered and what the
broker's outbox says. Messages are parsed by Python's email package and the outbox is read by Python's SQLite, so that nobody
judges himself."""
import collections
import email
import email.policy
import pathlib
import sqlite3

STATES = ('queued', 'sending', 'submitted', 'sent', 'failed', 'cancelled', 'unknown')
UNFINISHED = ('queued', 'sending', 'submitted')


class Mail:
    """What a client wrote of one mail."""

    def __init__(self, key, kind, size):
        self.key, self.kind, self.size, self.job = key, kind, int(size), None

    def content(self):
        line = (self.key + '\n').encode()
        return (line * (self.size // len(line) + 1))[:self.size]


def read_journals(folder):
    """The mails by key, and how many calls failed."""
    mails, errors = {}, collections.Counter()
    for path in sorted(folder.glob('journal-*.txt')):
        for line in path.read_text().split('\n')[:-1]:
            words = line.split()
            if words[0] == 'try':
                mails[words[1]] = Mail(*words[1:])
            elif words[0] == 'accepted':
                mails[words[1]].job = words[2]
            else:
                errors[words[2]] += 1
    return mails, errors


def read_outbox(path):
    """The jobs: id to (key, state, error text); and the spool's folders of those that somebody may try again."""
    if not path.exists():
        return {}, set()
    with sqlite3.connect(path) as outbox:
        rows = outbox.execute('SELECT id, key, state, last_error_text FROM job').fetchall()
        files = outbox.execute('SELECT a.spool_path FROM attachment a JOIN job j ON j.seq = a.job WHERE j.state IN (?, ?)',
                               (STATES.index('failed'), STATES.index('unknown'))).fetchall()
        check = outbox.execute('PRAGMA integrity_check').fetchall()
    if check != [('ok',)]:
        raise RuntimeError(f'outbox.db is damaged: {check}')
    return {row[0]: (row[1], STATES[row[2]], row[3]) for row in rows}, {row[0].split('\\')[0] for row in files}


def damage(path, mails):
    """The message's key, and what of it is not as the client gave it, or None."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    key = str(message['Subject'])
    mail = mails.get(key)
    if mail is None:
        return key, 'nobody sent it'
    body = message.get_body(('plain',))
    if mail.kind != 'html' and (body is None or body.get_content().strip() != key):
        return key, 'its body is another'
    attachments = [part.get_payload(decode=True) for part in message.iter_attachments()]
    if attachments != ([mail.content()] if mail.size else []):
        return key, f'{len(attachments)} attachments, of {[len(a) for a in attachments]} bytes instead of {mail.size}'
    return key, None


def judge(files, data, store, copies, drained):
    """A dictionary of numbers, and a list of what is wrong, in words. drained: the queue was given the time to run empty, so that
    what has not arrived is lost."""
    mails, errors = read_journals(files)
    jobs, kept = read_outbox(data / 'outbox.db')
    by_key = {key: (job, state, text) for job, (key, state, text) in jobs.items()}
    delivered, wrong = collections.Counter(), []
    for path in sorted((store / 'sent').glob('*.eml')):
        key, what = damage(path, mails)
        delivered[key] += 1
        if what:
            wrong.append(f'damaged {key}: {what} ({path.name})')
    found = collections.Counter(kills=0, tried=len(mails), delivered=sum(delivered.values()), errors=sum(errors.values()))
    for mail in mails.values():
        job, state, text = by_key.get(mail.key, (None, 'no job', ''))
        told = f'{mail.key} ({mail.kind}), job {job or mail.job}, {state}, delivered {delivered[mail.key]} times: {text}'
        if delivered[mail.key] > 1:
            found['doubled'] += 1
            wrong.append('doubled ' + told)
        if state == 'unknown':
            found['unknown'] += 1
            if copies:
                wrong.append('unknown ' + told)
        if state in UNFINISHED and drained:
            wrong.append('unfinished ' + told)
        if not mail.job:
            continue
        found['accepted'] += 1
        if job != mail.job:
            wrong.append(f'another job {mail.job} was accepted: ' + told)
        if not delivered[mail.key] and (copies or state != 'unknown') and (drained or state not in UNFINISHED):
            found['lost'] += 1
            wrong.append('lost ' + told)
    stores = [store, *(store / 'stores').glob('*')]
    folders = [(root / name, '*.item') for root in stores for name in ('Drafts', 'Outbox')]
    for folder, where in (*folders, (data / 'spool', '*')):
        left = [path.name for path in folder.glob(where) if path.name not in kept]
        if left and drained:
            found['left over'] += len(left)
            wrong.append(f'left over in {folder.name}: {len(left)}, such as {left[0]}')
    return found, wrong


def read_driver(files):
    """Kills, strikes of the stand-in's own faults, and what the driver found strange."""
    path = files / 'driver.txt'
    lines = path.read_text(errors='replace').splitlines() if path.exists() else []
    kills = sum(' kill ' in line and ': 0 ended' not in line for line in lines)
    return kills, [line for line in lines if ' client ' in line]


def read_strikes(store):
    path = pathlib.Path(store / 'faults.txt')
    return len(path.read_text(errors='replace').splitlines()) if path.exists() else 0
