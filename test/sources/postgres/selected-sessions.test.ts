import { expect, test } from 'vitest';
import type { SessionSnapshot } from '../../../src/sources/postgres/parse.ts';
import {
  matchingSessions,
  protectionReason,
  sessionStateText,
  sessionSummary,
} from '../../../src/sources/postgres/session-filter.ts';

const session = (
  fact: Partial<SessionSnapshot['fact']> = {},
  more: Partial<SessionSnapshot> = {},
): SessionSnapshot => ({
  fact: {
    database: 'shop',
    pid: 7,
    user: 'ana',
    state: 'active',
    durationMs: 900_000,
    transactionMs: 900_400,
    waiting: '',
    blockedBy: [],
    query: 'SELECT pg_sleep(900)',
    application: 'reports',
    client: '10.0.0.1',
    ...fact,
  },
  started: '2026-03-04T10:00:00.000000Z',
  since: '2026-03-04T10:00:07.000000Z',
  isHidden: false,
  ...more,
});

test.each([
  ['a client', session(), undefined],
  ['an opsdeck session', session({ application: 'opsdeck' }), 'opsdeck'],
  ['a dump', session({ application: 'pg_dump' }), 'backup or restore (pg_dump)'],
  ['a restore', session({ application: 'pg_restore' }), 'backup or restore'],
  ['a base backup', session({ application: 'pg_basebackup' }), 'backup or restore'],
  ['a hidden session', session({}, { isHidden: true }), 'GRANT pg_monitor'],
  ['a session that cannot be pinned', session({}, { started: '' }), 'GRANT pg_monitor'],
])('whether %s is protected', (_, sessionSnapshot, why) => {
  if (why === undefined) expect(protectionReason(sessionSnapshot)).toBeUndefined();
  else expect(protectionReason(sessionSnapshot)).toContain(why);
});

test.each([
  ['older', session(), true],
  ['exactly as old', session({ durationMs: 600_000 }), false],
  ['in another database', session({ database: 'other' }), false],
  ['a dump', session({ application: 'pg_dump' }), false],
  ['opsdeck', session({ application: 'opsdeck' }), false],
  ['hidden', session({}, { isHidden: true }), false],
  ['idle', session({ state: 'idle' }), false],
  ['idle in its transaction', session({ state: 'idle in transaction' }), true],
])('sessions older than ten minutes: %s', (_, sessionSnapshot, isMeant) => {
  expect(matchingSessions([sessionSnapshot], { olderThan: '10m' }, 'shop')).toHaveLength(isMeant ? 1 : 0);
});

test('a session with an unknown age is not older than any limit', () => {
  const { durationMs: _, transactionMs: __, ...fact } = session().fact;
  const ageless = { ...session(), fact };
  expect(matchingSessions([ageless], { olderThan: '0s' }, 'shop')).toEqual([]);
  expect(matchingSessions([ageless], { transactionOlderThan: '0s' }, 'shop')).toEqual([]);
  expect(matchingSessions([ageless], { user: ['ana'] }, 'shop')).toEqual([ageless]);
});

test('a session is described in one line, and pinned by its state and its start', () => {
  expect(sessionSummary(session())).toBe(
    'pid 7 · ana · reports · 10.0.0.1 · active for 15m · SELECT pg_sleep(900)',
  );
  expect(sessionStateText(session())).toBe('active since 2026-03-04T10:00:07.000000Z');
});
