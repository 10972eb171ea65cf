import { expect, test } from 'vitest';
import type { Note } from '../../src/domain/facts/facts.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, learn, noon } from '../support/made-facts.ts';
import { platforms } from './support/platforms.ts';
import { detailsOf } from './support/screen.ts';
import { drawn, fitsEverySize } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

const note = (source: string, title: string, text: string, index: number): Note => ({
  source,
  at: index,
  title,
  text,
});
const onDemand = { everyMs: 0, staleMs: 300_000, timeoutMs: 3000 };

/** The platforms, with Kafka's group members, which are read on demand. */
const withGroups = (answered: 'never' | 'well' | 'denied'): Scene => {
  const scene = platforms();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const feed = feedInfo('kafka/groups', 'notes', onDemand);
  facts.apply([{ is: 'opened', feeds: [feed] }], noon);
  const time = noon - 4000;
  const items = [
    note('kafka', 'billing-events', 'Stable · 3 members', time),
    note('kafka', 'billing-events', 'billing-0 at 10.0.0.7: payments.settled 0', time),
    note('kafka', 'notify-mail', 'notify-0 at 10.0.0.9: nothing assigned', time),
  ];
  if (answered === 'well') learn(facts, feed, { items: items as never }, time);
  if (answered === 'denied')
    learn(facts, feed, { faults: [fault('denied', 'DescribeGroups billing-events', 'kafka')] }, time);
  return scene;
};

test('opening a group requests its members once, and r refreshes them', async () => {
  const user = await openCockpit({ scene: withGroups('never') });
  await user.press('4 z enter');
  expect(user.given).toEqual([['read', ['kafka/groups']]]);
  expect(user.rowWith('not loaded')).toBeTruthy();
  await user.press('r');
  expect(user.given.slice(1)).toEqual([['askNow'], ['read', ['kafka/groups']]]);
  await user.press('enter');
  expect(user.given).toHaveLength(3);
});

test('shows the members of the selected group only, with their hosts', async () => {
  const user = await openCockpit({ scene: withGroups('well') });
  await user.press('4 z enter');
  expect(user.rowWith('(from the coordinator), 4s ago')).toBeTruthy();
  expect(user.rowWith('billing-0 at 10.0.0.7: payments.settled 0')).toBeTruthy();
  expect(user.rows().some((row) => row.includes('10.0.0.9'))).toBe(false);
});

test('denied members are marked, and the offsets stay', async () => {
  const user = await openCockpit({ scene: withGroups('denied') });
  await user.press('4 z enter');
  expect(user.rowWith('⊘ denied: kafka: DescribeGroups')).toBeTruthy();
  expect(user.rowWith('p1  committed')).toContain('100 of 17,303');
});

test('from 120 columns on an opened group is explained in boxes below the list', async () => {
  const user = await openCockpit({ scene: withGroups('well'), size: [120, 36] });
  await user.press('4 z enter');
  const rows = user.terminal.rows();
  const at = (pattern: RegExp): number => rows.findIndex((row) => pattern.test(row));
  expect(at(/^╭▌4 Consumer lag .*╮$/u)).toBe(2);
  const top = at(/^╭─ ▲ billing-events .* 3 partitions .*─╮╭─ Partitions ─+ payments\.settled ─╮$/u);
  expect(rows[top - 1]).toMatch(/^╰─+╯$/u);
  expect(rows[top + 1]).toMatch(
    /^│ 48,210 behind, \+61\/s: never drains at this rate\. +││ .*LAG .*RATE VERDICT +│$/u,
  );
  expect(at(/╭─ Members ─+ 3 ─╮$/u)).toBeGreaterThan(top);
  expect(at(/╭─ Related signals ─+ last \S+ ─╮$/u)).toBeGreaterThan(top);
  expect(rows[33]).toMatch(/^╰─+╯╰─+╯$/u);
  // The list keeps its keys, and only it has the cursor.
  await user.press('j');
  expect(user.terminal.rows()[top]).toMatch(/─ ▲ audit-export /u);
});

test('a group without members is marked as empty', async () => {
  const user = await openCockpit({ scene: withGroups('never') });
  await user.press('4 z /');
  await user.type('audit');
  await user.press('enter enter');
  expect(user.rowWith('no active members')).toBeTruthy();
  expect(user.rowWith('audit-export  ')).toContain('none');
});

/** The platforms, with PostgreSQL's details, which are read on demand. */
const withStatements = (): Scene => {
  const scene = platforms();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const time = noon - 2000;
  const statements = feedInfo('pg/statements', 'notes', onDemand);
  const settings = feedInfo('pg/settings', 'notes', onDemand);
  const items = [
    note(
      'pg',
      'SELECT sum(amount) FROM payments GROUP BY day',
      'mean 1.8s · 96 calls · 2m57s in all · 96 rows',
      time,
    ),
    note(
      'pg',
      'UPDATE stock SET held = held + $1',
      'mean 12ms · 1,204 calls · 14s in all · 1,204 rows',
      time,
    ),
  ];
  const waiting = [note('pg', 'shared_buffers', '128 MiB · a new value is pending a restart', time)];
  learn(facts, statements, { items: items as never }, time);
  learn(facts, settings, { items: waiting as never }, time);
  facts.apply([{ is: 'opened', feeds: [feedInfo('pg/locks', 'notes', onDemand)] }], noon);
  return scene;
};

longTest('a blocking session shows the sessions it blocks and the slow statements of its database', () => {
  const screen = drawn(withStatements(), 'D z l j l k t', [120, 36]);
  expect(detailsOf(screen, 'DB sessions', '41  shop@shop')).toEqual([
    ' 41  shop@shop from 10.0.0.7 · connected 50m · pg, 3s ago',
    '   blocks 52, 1 more indirectly',
    '   idle in a transaction open for 14m',
    '   UPDATE stock SET held = held + 1',
    '   slow statements by mean time · t next section, 2s ago',
    '     mean 1.8s · 96 calls · 2m57s in all · 96 rows  SELECT sum(amount) FROM payments GROUP BY day',
    '     mean 12ms · 1,204 calls · 14s in all · 1,204 rows  UPDATE stock SET held = held + $1',
  ]);
});

longTest('the blocking tree and slow statements fit every size', () => {
  fitsEverySize(withStatements(), 'D z l j l k t', 'DB sessions');
});

test('t requests the next section of server details', async () => {
  const user = await openCockpit({ scene: withStatements() });
  await user.press('D z t');
  expect(user.given).toEqual([['read', ['pg/statements']]]);
  expect(user.rowWith('mean 1.8s')).toContain('SELECT sum(amount)');
  await user.press('t');
  expect(user.given.at(-1)).toEqual(['read', ['pg/locks']]);
  await user.press('t t t');
  expect(user.rowWith('shared_buffers')).toContain('a new value is pending a restart');
});

test('a session idle in transaction for a minute is a warning with its duration', async () => {
  const user = await openCockpit({ scene: withStatements() });
  await user.press('D z');
  expect(user.rowWith('idle in a transaction')).toContain('open for 14m');
});

test('details that do not fit show the number of hidden lines', async () => {
  const scene = platforms();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const items = Array.from({ length: 40 }, (_, index) => note('pg', `SELECT ${index}`, 'mean 1ms', noon));
  learn(facts, feedInfo('pg/statements', 'notes', onDemand), { items: items as never }, noon);
  const user = await openCockpit({ size: [80, 24], scene });
  await user.press('D z t');
  expect(user.rowWith('more lines')).toMatch(/^ {3}\d+ more lines/);
});
