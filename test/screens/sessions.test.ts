import { expect, test } from 'vitest';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSessionTree } from '../../src/ui/features/db/session-tree.ts';
import { feedInfo, frame, learn, noon, snapshotWith } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { drawn } from './support/sizes.ts';

const session = (pid: number, more: Partial<DbSession>): DbSession => ({
  source: 'pg',
  at: noon,
  database: 'shop',
  pid,
  user: 'shop',
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: 'UPDATE stock SET held = 0',
  application: 'orders',
  ...more,
});
const sessions: readonly DbSession[] = [
  session(12, { durationMs: 9000, transactionMs: 9000 }),
  session(14, { state: '', query: '' }),
  session(13, { blockedBy: [0], waiting: 'Lock: transactionid', durationMs: 3000, transactionMs: 3000 }),
];

test('the pane and `check` give each session the same level', () => {
  const { rows } = snapshotWith({ sessions }).kinds.sessions;
  const shown = buildSessionTree(rows).map(({ row }) => [row.fact.pid, row.level]);
  expect(shown).toEqual(rows.map(({ fact, level }) => [fact.pid, level]));
  expect(Object.fromEntries(shown)).toEqual({ 12: 'ok', 13: 'warn', 14: 'unknown' });
});

test('a session blocked by a prepared transaction comes first and is labeled', () => {
  const store = createFactsStore(
    frame({ system: 'shop', env: 'production', sources: { pg: { type: 'postgres', kinds: ['sessions'] } } }),
  );
  learn(store, feedInfo('pg/sessions', 'sessions'), { items: sessions }, noon);
  const screen = drawn(
    { facts: store, cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
    'D z',
    [120, 36],
  );
  const lines = screen.slice(3).filter((line) => /\b1[234]\b.*orders/.test(line));
  expect(lines[0]).toMatch(/blocked by a prepared transaction.*13/);
  expect(lines.some((line) => /unknown.*14/.test(line))).toBe(true);
  expect(screen.join('\n')).not.toContain('waits for 0');
});
