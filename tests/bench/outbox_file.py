"""outbox_file.py - the outbox filled while no broker runs, and the contract's interfaces."""
import re
import sqlite3


def fill(path, jobs):
    """Copies the one job of the outbox so often, each queued for tomorrow, so that nothing delivers it meanwhile."""
    if not jobs:
        return
    db = sqlite3.connect(path)
    seq, now = db.execute('SELECT seq, submitted_at FROM job').fetchone()
    tomorrow = now + 24 * 3600 * 1000
    fresh = {
        'seq': 'n + ?1', 'state': '0', 'finished_at': '0', 'attempts': '0', 'next_attempt_at': str(tomorrow),
        'life_since': str(tomorrow), 'entry_id': "''", 'store_id': "''", 'outlook_process': '0', 'send_returned': '0',
        'seen_in_outbox': '0', 'job': 'n + ?1',
        'id': "'{' || printf('%08X', n * 2654435761 % 4294967296) || '-4321-4F0E-9B57-' || printf('%012X', n) || '}'",
    }
    numbers = f'WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {jobs})'
    for table, key in (('job', 'seq'), ('mail', 'job'), ('history', 'job')):
        columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
        values = ', '.join(fresh.get(column, column) for column in columns)
        first = ' AND number = 1' if table == 'history' else ''
        db.execute(f'INSERT INTO {table}({", ".join(columns)}) {numbers} SELECT {values} FROM numbers, {table}'
                   f' WHERE {key} = ?1{first}', (seq,))
    db.commit()
    db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()


def interfaces(root):
    """The ids of the interfaces of the contract."""
    text = (root / 'idl/outlook_broker.idl').read_text()
    found = re.findall(r'\[object, uuid\(([0-9a-f-]+)\)', text)
    return ['{' + uuid.upper() + '}' for uuid in found]
