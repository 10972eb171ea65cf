import { expect, test } from 'vitest';
import type { ObservedChange, RunEvent } from '../../src/domain/runs/run.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { stages } from './support/headless.ts';
import { acted, endedRun, proof } from './support/runs.ts';
import { cardOf, rowOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = async (run: RunView, size: readonly [number, number] = [120, 36]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

const change = (
  object: string,
  value: string,
  before: string | null,
  after: string | null,
): ObservedChange => ({ object, value, before, after });

const withChanges = (run: RunView, changes: readonly ObservedChange[]): RunView => ({
  ...run,
  events: run.events.map((event) => (event.event === 'ended' ? { ...event, changes } : event)),
});

const several = [
  change('billing', '', '2 replicas', '3 replicas'),
  change('lag billing-events p0', 'lag', '48,210', '48,210'),
  change('Pod restarts', '', '4', null),
];

test('an ended run shows what changed, what did not, and what is unknown', async () => {
  const user = await open(withChanges(endedRun('recovered', 'all checks passed'), several));
  const card = cardOf(user);
  const index = card.findIndex((line) => line.startsWith('Before → after'));
  // What has not changed comes first, because it is why a run has not recovered.
  expect(card.slice(index, index + 4).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'Before → after  1 of 3 unchanged',
    '▲ lag billing-events p0 lag  48,210 → 48,210  unchanged',
    '? Pod restarts  4 → –',
    '● billing  2 replicas → 3 replicas',
  ]);
});

test('a run without observed values has no list of changes', async () => {
  const user = await open(endedRun('declined', 'the operator declined', { events: [] }));
  expect(cardOf(user).join('\n')).not.toContain('Before');
});

test('equal changes of one kind are one row, and tab names all of them inside the box', async () => {
  const many = Array.from({ length: 12 }, (_, nth) =>
    change(`pod billing-${nth}-${'x'.repeat(60)}`, 'ready', '0', '1'),
  );
  const user = await open(withChanges(endedRun('recovered', 'all checks passed'), many), [80, 24]);
  expect(rowOf(cardOf(user), '12 pod')).toMatch(/^● 12 pod ready +0 → 1$/);
  await user.press('tab');
  const seen: string[] = [];
  for (let step = 0; step < 40; step++) {
    seen.push(...cardOf(user));
    await user.press('down');
  }
  for (const { object } of many) expect(seen.join('').replaceAll(' ', '')).toContain(object.replace(' ', ''));
});

test('without room the changes are shortened, and the rule counts the others', async () => {
  const many = Array.from({ length: 12 }, (_, nth) => change(`pod billing-${nth}`, 'ready', `${nth}`, '20'));
  const user = await open(withChanges(endedRun('recovered', 'all checks passed'), many), [80, 24]);
  expect(rowOf(cardOf(user), 'Before')).toMatch(/Before → after +\d+ more · tab$/);
  expect(rowOf(cardOf(user), 'billing-0')).toMatch(/^● pod billing-0 ready +0 → 20$/);
});

test('a run that ends unknown says what is missing, and where to look', async () => {
  const why = 'breakers billing-0 · psp is gone, it was open before the action';
  const missing = {
    ...({ is: 'gone', kind: 'breakers', source: 'bus' } as const),
    ...{ object: 'breakers billing-0 · psp', since: noon - 30_000 },
  };
  const proofs = [{ ...proof('unknown', why), missing }];
  const user = await open(endedRun('executed-not-recovered', why, { events: acted, proofs }));
  const card = cardOf(user).join(' ').replaceAll(/\s+/g, ' ');
  expect(card).toContain(
    '? bus no longer reports breakers billing-0 · psp for 30s: see in Circuit breakers (',
  );
});

const stopped = (why: string, undo: boolean): RunView => {
  const run = endedRun('cancelled', why, { events: acted, sent: ['PATCH http://api/x → 200'] });
  if (undo) return run;
  return {
    ...run,
    events: run.events.map((event) => {
      if (event.event !== 'ended') return event;
      const { undo: _, ...rest } = event;
      return rest;
    }),
  };
};

test('a check of a stopped run that had not held long enough is not shown as verified', async () => {
  const proofs = [proof('true', '', noon - 2000)];
  const user = await open(
    endedRun('cancelled', 'canceled during verification', {
      events: acted,
      proofs,
    }),
  );
  expect(rowOf(cardOf(user), 'psp stays closed')).toMatch(
    /^\? psp stays closed +not verified, held 2s of 5s/,
  );
  const held = await open(endedRun('recovered', 'psp stays closed', { events: acted, proofs }));
  expect(rowOf(cardOf(held), 'psp stays closed')).toMatch(/^✓ psp stays closed +held for 5s$/);
});

test.each([
  ['with its undo', true, 'u undoes the run'],
  ['without one', false, 'no undo available'],
])('a run stopped after sending says that the change is live, %s', async (_, undo, hint) => {
  const user = await open(
    stopped('stopped after sending: the change is live; canceled during verification', undo),
  );
  const card = cardOf(user);
  expect(card[0]).toMatch(/^▲ STOPPED AFTER SENDING /);
  expect(card[2]).toBe(`stopped after sending: the change is live; canceled during verification · ${hint}`);
  expect(rowOf(card, 'sent  ')).toContain('PATCH http://api/x → 200');
  await user.press('u');
  expect(user.given).toEqual(undo ? [['undo', 'run-1']] : []);
});

test('a run canceled before anything was sent is only canceled', async () => {
  const user = await open(endedRun('cancelled', 'canceled before anything was sent', { events: [] }));
  expect(cardOf(user)[0]).toMatch(/CANCELED /);
  expect(rowOf(cardOf(user), 'sent  ')).toContain('nothing');
});

test.each([
  ['running', stages.running, 'background'],
  ['that asks something', stages.ticking, 'background'],
  ['of a result', stages.ended, 'decline'],
  ['of a confirmation', stages.easy, 'decline'],
  ['of a choice', stages.asking, 'decline'],
])('q closes a card %s, and does not quit', async (_, run, command) => {
  const user = await open(run, [80, 24]);
  await user.press('q');
  expect(user.given.map(([name]) => name)).toEqual([command]);
  expect(user.rows().join('\n')).not.toContain('quitting cancels');
});

const paneKeys = ['0', '1', '3', '9'];

test.each(paneKeys)(
  '%s on a result card is answered with a message, and esc closes the card',
  async (key) => {
    const user = await open(stages.ended, [80, 24]);
    await user.press(key);
    expect(user.rowWith(`${key}: press esc to close the card first`)).toBeTruthy();
    await user.press('esc');
    expect(user.given).toEqual([['decline']]);
  },
);

test.each(['W', 'J', 'P', 'U', '/', 'v', 'x'])(
  '%s of the panes is not swallowed silently by a result card',
  async (key) => {
    const user = await open(stages.ended, [80, 24]);
    await user.press(key);
    expect(user.rows().join('\n')).toMatch(
      /text ignored: no text field here · enter discards the text|press esc/,
    );
  },
);

/** A step whose program has failed: two tests, each with its place. */
const failedTests: readonly RunEvent[] = [
  { run: 'run-1', at: 5, event: 'acting', step: 'a1', title: 'Run all tests' },
  ...[
    'running 3 tests',
    'test keeps_order ... ok',
    'test publishes_twice ... FAILED',
    'test retries ... FAILED',
    "thread 'publishes_twice' panicked at tests/publish.rs:88:5:",
    'left: 503',
    '',
    "thread 'retries' panicked at tests/retry.rs:12:9:",
    'left: 0',
    '',
    'test result: FAILED. 1 passed; 2 failed',
  ].map((text): RunEvent => ({ run: 'run-1', at: 6, event: 'output', step: 'a1', text })),
  { run: 'run-1', at: 7, event: 'acted', step: 'a1', ok: false, result: 'exited with status 101' },
];

test('a failed program shows what failed and where, before the end of its output', async () => {
  const failed = endedRun('failed', 'Run all tests: exited with status 101', { events: failedTests });
  const card = cardOf(await open(failed)).map((line) => line.trim());
  const index = card.findIndex((line) => line.startsWith('failure'));
  expect(card.slice(index, index + 7)).toEqual([
    'failure   test publishes_twice ... FAILED',
    'test retries ... FAILED',
    "thread 'publishes_twice' panicked at tests/publish.rs:88:5:",
    'left: 503',
    "thread 'retries' panicked at tests/retry.rs:12:9:",
    'left: 0',
    'output    test result: FAILED. 1 passed; 2 failed',
  ]);
});

test('on a short screen the first failures are shown, and how many more there are', async () => {
  const failed = endedRun('failed', 'Run all tests: exited with status 101', { events: failedTests });
  const text = cardOf(await open(failed, [80, 24])).join('\n');
  expect(text).toMatch(/left: 503\n +2 more · L shows the output/);
  expect(text).not.toContain('retry.rs');
});

longTest('a run that succeeded shows no failures, whatever its output says', async () => {
  const events = failedTests.map((event) => (event.event === 'acted' ? { ...event, ok: true } : event));
  const text = cardOf(await open(endedRun('recovered', 'all checks passed', { events }))).join('\n');
  expect(text).not.toMatch(/^failure/m);
});
