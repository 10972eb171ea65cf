import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHistoryDb, quarantineHistoryDb } from '../../../src/persistence/history/database/db.ts';
import {
  createHistoryService,
  type HistoryService,
} from '../../../src/persistence/history/history-service.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { valuesSince } from '../../../src/store/signal-history.ts';
import { longTest } from '../../support/layer.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../../support/made-facts.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { withWallOffset } from '../../support/wall-offset.ts';

const second = 1000;
const hour = 3_600_000;
const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });

const stateDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-history-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

interface Cockpit {
  readonly clock: ManualClock;
  readonly facts: FactsStore;
  readonly history: HistoryService;
  readonly messages: readonly string[];
  /** Records a value at the current time. */
  read(value: number, labels?: Readonly<Record<string, string>>): void;
  /** Advances the clock and waits for pending work. */
  wait(ms: number): Promise<void>;
  values(): readonly (readonly [secondsAfterNoon: number, value: number])[];
}

/** A cockpit with one environment; `offset`: its wall clock minus its monotonic clock. */
const openCockpit = async (
  dir: string,
  { at = noon, offset = 0, signals = ['q', 'r'] } = {},
): Promise<Cockpit> => {
  const clock = withWallOffset(manualClock(at - offset), () => offset);
  const messages: string[] = [];
  const facts = createFactsStore(frame({ signals: signals.map((id) => spec(id)) }));
  const history = createHistoryService({
    clock,
    open: () => openHistoryDb(dir),
    setAside: () => quarantineHistoryDb(dir),
    say: (text) => messages.push(text),
    mask: (text) => text,
    journal: { now: () => undefined, onChange: () => () => {}, recall: () => {} },
  });
  onTestFinished(() => history.close());
  /**
   * Opening loads SQLite and touches files, and reading a day takes many event loop turns, so their number is not
   * fixed.
   */
  const idle = async (): Promise<void> => {
    let done = false;
    void history.idle().then(() => {
      done = true;
    });
    while (!done) await clock.advance(0);
  };
  const wait = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    await idle();
  };
  history.follow([{ system: 'shop', env: 'dev', facts }]);
  await idle();
  return {
    clock,
    facts,
    history,
    messages: messages,
    read: (value, labels = {}) =>
      learn(facts, metrics, { samples: [sample('q', value, { labels, at: clock.now() })] }, clock.now()),
    wait,
    values: () =>
      [...valuesSince(facts.getState(), 'q', 0)].map(({ at: when, value }) => [
        Math.round((when + offset - noon) / second),
        value,
      ]),
  };
};

test('values of one cockpit are shown in the next, with a gap between them', async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir);
  for (let i = 1; i <= 12; i++) {
    first.read(i);
    await first.wait(5 * second);
  }
  const seen = first.values();
  expect(seen).toHaveLength(12);
  first.read(99);
  await first.history.close();
  const next = await openCockpit(dir, { at: noon + hour });
  const recalled = next.values();
  // One per 15 s, and the last one, stored by close.
  expect(recalled.length).toBeGreaterThanOrEqual(4);
  expect(recalled.length).toBeLessThanOrEqual(7);
  expect(recalled.at(-1)?.[1]).toBe(99);
  for (const pair of recalled.slice(0, -1)) expect(seen).toContainEqual(pair);
  next.read(7);
  expect(next.values().at(-1)).toEqual([3600, 7]);
  expect(next.values().at(-2)?.[0]).toBeLessThan(90);
});

test("times use the wall clock, whatever the cockpit's monotonic clock", async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir);
  first.read(1);
  await first.history.close();
  const next = await openCockpit(dir, { at: noon + hour, offset: 2 * hour });
  expect(next.values()).toEqual([[0, 1]]);
});

longTest(
  'omits values older than a day, from the future, or of signals removed from the profile',
  async () => {
    const dir = await stateDir();
    const first = await openCockpit(dir);
    first.read(1);
    learn(first.facts, feedInfo('bus/r', 'samples', { signals: ['r'] }), { samples: [sample('r', 2)] }, noon);
    await first.history.close();
    const tomorrow = await openCockpit(dir, { at: noon + 25 * hour });
    expect(tomorrow.values()).toEqual([]);
    const before = await openCockpit(dir, { at: noon - hour });
    expect(before.values()).toEqual([]);
    const other = await openCockpit(dir, { at: noon + hour, signals: ['r'] });
    expect(Object.keys(other.facts.getState().past)).toEqual(['r']);
  },
);

test('two cockpits of one environment share their values', async () => {
  const dir = await stateDir();
  const a = await openCockpit(dir);
  const b = await openCockpit(dir, { at: noon + second });
  a.read(1, { pod: 'x' });
  b.read(2, { pod: 'y' });
  await a.wait(20 * second);
  await b.wait(20 * second);
  const third = await openCockpit(dir, { at: noon + 60 * second });
  expect(Object.keys(third.facts.getState().past).toSorted()).toEqual(['q{pod=x}', 'q{pod=y}']);
  expect([...a.messages, ...b.messages]).toEqual([]);
});

test('leaving an environment stores its last values', async () => {
  const dir = await stateDir();
  const cockpit = await openCockpit(dir);
  cockpit.read(5);
  cockpit.history.follow([]);
  await cockpit.wait(1);
  const next = await openCockpit(dir, { at: noon + hour });
  expect(next.values().map(([, value]) => value)).toEqual([5]);
});

test('a signal with too many series is not stored', async () => {
  const dir = await stateDir();
  const cockpit = await openCockpit(dir);
  const samples = Array.from({ length: 51 }, (_, pod) =>
    sample('q', pod, { at: cockpit.clock.now(), labels: { pod: String(pod) } }),
  );
  samples.push(sample('r', 1, { at: cockpit.clock.now() }));
  const both = feedInfo('bus/both', 'samples', { signals: ['q', 'r'] });
  learn(cockpit.facts, both, { samples }, cockpit.clock.now());
  await cockpit.history.close();
  const next = await openCockpit(dir, { at: noon + hour });
  expect(Object.keys(next.facts.getState().past)).toEqual(['r']);
});

test('a broken database is moved away and reported, and a new one is created', async () => {
  const dir = await stateDir();
  await writeFile(join(dir, 'history.db'), 'no database at all, for a whole page or more. '.repeat(200));
  const first = await openCockpit(dir);
  first.read(1);
  await first.wait(20 * second);
  expect(first.messages).toEqual([
    `file is not a database, ${join(dir, 'history.db')}. Moved to ${join(dir, 'history.db.broken')}, starting a new history`,
  ]);
  await first.history.close();
  expect((await readdir(dir)).toSorted()).toEqual(['history.db', 'history.db.broken']);
  expect((await openCockpit(dir, { at: noon + hour })).values()).toHaveLength(1);
});

test('a cockpit without a writable history continues, and reports it once', async () => {
  const dir = join(await stateDir(), 'file');
  await writeFile(dir, '');
  const cockpit = await openCockpit(dir);
  for (let i = 0; i < 5; i++) {
    cockpit.read(i);
    await cockpit.wait(20 * second);
  }
  expect(cockpit.messages).toEqual([
    `the history is disabled: the path exists, but is not a directory, ${join(dir, 'history.db')}`,
  ]);
  expect(cockpit.values()).toHaveLength(5);
  await cockpit.history.close();
});

test('a range of a week ago is shown beside the current values, as means of 10 min', async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir);
  for (const value of [2, 4]) {
    first.read(value);
    await first.wait(20 * second);
  }
  await first.history.close();
  const week = 7 * 24 * hour;
  const next = await openCockpit(dir, { at: noon + week, offset: hour });
  expect(next.values()).toEqual([]);
  next.history.compare('q', { from: noon - 2 * hour, to: noon + hour });
  await next.wait(0);
  const compared = next.facts.getState().compared.q;
  const middle = (Math.floor(noon / (600 * second)) + 0.5) * 600 * second;
  expect(compared).toHaveLength(1);
  expect(compared?.at(0)).toMatchObject({ at: middle - hour, stepMs: 600 * second });
  expect(compared?.at(0)?.value).toBeGreaterThanOrEqual(2);
  expect(compared?.at(0)?.value).toBeLessThanOrEqual(4);
});
