import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';
import { endedRun, proof } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const second = 1000;

const signal = spec('error.rate', {
  title: 'error rate',
  unit: '%',
  source: 'prom',
  threshold: { crit: { op: '>=', value: 5 } },
});

/** A run that began 37 s ago and recovered now. */
const recovered = (that: string): RunView => {
  const run = endedRun('recovered', 'all checks passed', {
    proofs: [proof('true', '', noon)],
  });
  const verify = [{ id: 'v1', title: 'Error rate below 1 %', that, withinMs: 30_000, forMs: 0 }];
  return { ...run, runbook: { ...run.runbook, verify } };
};

/** The error rate of the last `seconds` seconds: 40 % until the run acted, then 0 %. */
const open = async (size: readonly [number, number], seconds: number, run: RunView): Promise<User> => {
  const facts = createFactsStore(
    frame({ system: 'shop', signals: [signal], sources: { prom: { type: 'prometheus' } } }),
  );
  const feed = feedInfo('prom/queries', 'samples', { signals: ['error.rate'], everyMs: 5 * second });
  for (let ago = seconds; ago >= 0; ago -= 5) {
    const at = noon - ago * second;
    const value = ago > 20 ? 40 : 0;
    learn(facts, feed, { samples: [sample('error.rate', value, { source: 'prom', at })] }, at);
  }
  return openCockpit({ size, scene: { facts, cockpit: { ...shopCockpit, run } } });
};

const braille = /[\u2801-\u28ff]/u;

test.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)('the card of a recovered run has the course of its symptom: %i×%i', async (columns, rows) => {
  const user = await open([columns, rows], 120, recovered('error.rate < 1'));
  const card = cardOf(user).join('\n');
  expect(card).toContain('RECOVERED');
  expect(card).toMatch(/error rate %/);
  expect(card).toMatch(braille);
  // Before the run, its mark, and now.
  expect(card).toMatch(/-\d+m?\d*s? .*R .*now/);
});

test.each([
  ['beside the chart', 'down', 'up'],
  ['above it, where they are long', 'down 503 answered in 12ms', 'up 200 answered in 14ms'],
] as const)('what changed is not cut: %s', async (_where, before, after) => {
  const run = recovered('error.rate < 1');
  const changes = [{ object: 'health broker', value: 'status', before, after }];
  const events = run.events.map((event) => (event.event === 'ended' ? { ...event, changes } : event));
  const card = cardOf(await open([120, 36], 120, { ...run, events }));
  const line = card.find((text) => text.includes('health broker')) ?? '';
  expect(line).toContain(`${before} → ${after}`);
  expect(line).not.toContain('…');
  expect(card.join('\n')).toMatch(braille);
});

test('what acted and its proof say a change once', async () => {
  const run = recovered('error.rate < 1');
  const changes = ['bus-0', 'bus-1'].flatMap((name) => [
    { object: `psp, ${name}`, value: '', before: 'OPEN', after: 'CLOSED' },
    { object: `breakers ${name}`, value: 'state', before: 'open', after: 'closed' },
  ]);
  const events = run.events.map((event) => (event.event === 'ended' ? { ...event, changes } : event));
  const card = cardOf(await open([120, 36], 120, { ...run, events })).join('\n');
  expect(card).toMatch(/2 breakers +open → closed/);
  expect(card).not.toContain('psp ×2');
});

test('a signal that the run is not about says nothing of its recovery', async () => {
  const user = await open([120, 36], 120, recovered('all(breakers[name = psp] | state = closed)'));
  expect(cardOf(user).join('\n')).not.toContain('error rate %');
});

test('without readings before and after the run nothing is drawn', async () => {
  const user = await open([120, 36], 0, recovered('error.rate < 1'));
  const card = cardOf(user).join('\n');
  expect(card).toContain('RECOVERED');
  expect(card).not.toContain('error rate %');
  expect(card).not.toMatch(braille);
});

test('a run that ended before its end shows no recovery', async () => {
  const run = recovered('error.rate < 1');
  const events = run.events.map((event) =>
    event.event === 'ended' ? { ...event, ending: 'cancelled' as const } : event,
  );
  const user = await open([120, 36], 120, { ...run, events });
  expect(cardOf(user).join('\n')).not.toContain('error rate %');
});

test('a card without room for a zone more has the chart in the zone of the changes: 80×24', async () => {
  const run = recovered('error.rate < 1');
  const changes = ['broker', 'bus', 'orders', 'billing'].map((object) => ({
    ...{ object, value: 'status', before: 'down', after: 'up' },
  }));
  const undo = ['bus', 'orders'].map((name) => ({
    step: name,
    title: `Force open the circuit breaker of ${name} (was OPEN. Undo sets FORCED_OPEN, which a person must close)`,
  }));
  const ended = run.events.map((event) => (event.event === 'ended' ? { ...event, changes, undo } : event));
  const events = [...ended, { event: 'noted', text: 'the bus was slow', at: noon }];
  const card = cardOf(await open([80, 24], 120, { ...run, events } as RunView));
  const rule = card.findIndex((row) => row.includes('Before → after'));
  expect(card[rule]).toMatch(/error rate % · \d more/);
  expect(card[rule + 1]).toContain('down → up');
  expect(card[rule + 2]).toMatch(braille);
  // Its label is the highest value, not the limit: a line at 40 is not at 5.
  expect(card[rule + 2]).toMatch(/^ *40 /);
  expect(card[rule + 3]).toMatch(/-\d+m?\d*s? .*R .*now/);
  expect(card.join('\n')).toContain('Proof');
});

test('the values of the incident are told once, those that are still a problem first, and at most seven', async () => {
  const run = recovered('error.rate < 1');
  const changes = [{ object: 'error rate', value: '', before: '40 %', after: '20 %' }];
  const values = [
    { object: 'error rate', before: '40 %', after: '0 %', level: 'ok' as const },
    { object: 'failed orders', before: '380 /min', after: '120 /min', level: 'crit' as const },
    ...Array.from({ length: 8 }, (_, nth) => ({
      ...{ object: `signal ${nth}`, before: `${nth + 10} %`, after: '0 %', level: 'ok' as const },
    })),
  ];
  const incident = { state: 'all-clear' as const, began: 9, remaining: 0, unknown: 0, arisen: 0, worst: [] };
  const events = run.events.map((event) =>
    event.event === 'ended' ? { ...event, changes, incident: { ...incident, values } } : event,
  );
  const card = cardOf(await open([120, 36], 120, { ...run, events }));
  const text = card.join('\n');
  expect(text.match(/ error rate {2,}/g)).toHaveLength(1);
  expect(text).toMatch(/● error rate +40 % → 0 %/);
  const from = card.findIndex((line) => line.startsWith('Before'));
  expect(card[from]).toContain('3 more · tab');
  expect(card[from + 1]).toMatch(/^✗ failed orders +380 \/min → 120 \/min/);
  expect(card.slice(from, from + 9).filter((line) => line.includes('→')).length).toBe(8);
  expect(text).toContain('All 9 findings are cleared.');
  expect(text).not.toContain('hold time');
});
