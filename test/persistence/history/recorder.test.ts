import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { Alert } from '../../../src/kinds/alerts/fact.ts';
import { openHistoryDb, quarantineHistoryDb } from '../../../src/persistence/history/database/db.ts';
import {
  createHistoryService,
  type HistoryService,
} from '../../../src/persistence/history/history-service.ts';
import { type JournalSource, mergeJournals } from '../../../src/persistence/history/journal-recorder.ts';
import { decompressText } from '../../../src/persistence/history/snapshot-ring.ts';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import type { PastSnapshot } from '../../../src/store/past/decode-state.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { longTest } from '../../support/layer.ts';
import { breaker, feedInfo, frame, learn, noon, sample, spec } from '../../support/made-facts.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { withWallOffset } from '../../support/wall-offset.ts';

const masker = createSecretMasker();
masker.add('hunter2');

const second = 1000;
const minute = 60_000;
const place = { system: 'shop', env: 'dev' };
const breakers = feedInfo('bus/breakers', 'breakers');
const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });

const stateDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-recorder-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

interface Cockpit {
  readonly clock: ManualClock;
  readonly facts: FactsStore;
  readonly history: HistoryService;
  readonly journal: { entries: readonly JournalEntry[]; note(change: string): void };
  wait(ms: number): Promise<void>;
  /** The content of a snapshot, in ms after noon of the wall clock. */
  snapshotAt(after: number): PastSnapshot;
}

const openCockpit = async (
  dir: string,
  { at = noon, offset = 0, rehearsed = false } = {},
): Promise<Cockpit> => {
  const clock = withWallOffset(manualClock(at - offset), () => offset);
  const facts = createFactsStore(
    frame({ ...place, signals: [spec('q', { threshold: { warn: { op: '>=', value: 5 } } })] }),
  );
  const listeners = new Set<() => void>();
  const journal: Cockpit['journal'] = {
    entries: [],
    note: (change) => {
      const entry = {
        at: clock.now(),
        kind: 'verdict',
        level: 'crit',
        what: 'breaker',
        change,
        source: 'bus',
      } as const;
      journal.entries = [...journal.entries, entry];
      for (const listener of listeners) listener();
    },
  };
  const journalSource: JournalSource = {
    now: () => ({ ...place, entries: journal.entries }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    recall: (_, entries) => {
      journal.entries = mergeJournals(journal.entries, entries);
    },
  };
  const history = createHistoryService({
    clock,
    open: () => openHistoryDb(dir),
    setAside: () => quarantineHistoryDb(dir),
    say: () => {},
    journal: journalSource,
    mask: masker.outgoing,
  });
  onTestFinished(() => history.close());
  const idle = async (): Promise<void> => {
    let done = false;
    void history.idle().then(() => {
      done = true;
    });
    while (!done) await clock.advance(0);
  };
  history.follow([{ ...place, facts, isDrill: rehearsed }]);
  await idle();
  return {
    clock,
    facts,
    history,
    journal,
    wait: async (ms) => {
      for (let left = ms; left > 0; left -= 15 * second) {
        await clock.advance(Math.min(left, 15 * second));
        await idle();
      }
    },
    snapshotAt: (after) => history.past.snapshotAt(place, facts.getState(), noon + after),
  };
};

/** Changes the facts every 15 s, for a number of minutes. */
const live = async (cockpit: Cockpit, minutes: number): Promise<void> => {
  for (let step = 0; step < minutes * 4; step++) {
    const time = cockpit.clock.now();
    const items = [
      breaker('psp', { state: step % 8 < 4 ? 'closed' : 'open', at: time }),
      breaker('db', { failureRate: step, at: time }),
    ];
    learn(cockpit.facts, breakers, { items }, time);
    learn(cockpit.facts, metrics, { samples: [sample('q', step, { at: time })] }, time);
    await cockpit.wait(15 * second);
  }
};

const kept = (snapshot: PastSnapshot): Extract<PastSnapshot, { is: 'kept' }> => {
  expect(snapshot).toMatchObject({ is: 'kept' });
  if (snapshot.is !== 'kept') throw new Error('nothing was kept');
  return snapshot;
};

longTest(
  'a snapshot is unchanged when read from memory and, in the next cockpit, from the file',
  async () => {
    const dir = await stateDir();
    const first = await openCockpit(dir);
    const seen = new Map<number, unknown>();
    for (let step = 0; step < 28; step++) {
      const time = first.clock.now();
      learn(first.facts, breakers, { items: [breaker('psp', { failureRate: step, at: time })] }, time);
      learn(first.facts, metrics, { samples: [sample('q', step, { at: time })] }, time);
      await first.clock.advance(15_000 - (time % 15_000));
      seen.set(first.clock.now(), buildSnapshot(first.facts.getState(), first.clock.now()));
      await first.wait(1);
    }
    const compare = (cockpit: Cockpit, wantedMoment: number): void => {
      const snapshot = kept(cockpit.history.past.snapshotAt(place, cockpit.facts.getState(), wantedMoment));
      expect(snapshot.at).toBe(wantedMoment);
      expect(buildSnapshot(snapshot.state, snapshot.now)).toEqual(seen.get(wantedMoment));
    };
    for (const wantedKey of seen.keys()) compare(first, wantedKey);
    await first.history.close();
    const next = await openCockpit(dir, { at: noon + 2 * 3_600_000 });
    // The last one was replaced by the snapshot that close stored.
    for (const wantedKey of [...seen.keys()].slice(0, -1)) compare(next, wantedKey);
  },
);

longTest('an open snapshot does not change while live facts do', async () => {
  const cockpit = await openCockpit(await stateDir());
  await live(cockpit, 3);
  const before = kept(cockpit.snapshotAt(2 * minute));
  await live(cockpit, 3);
  expect(cockpit.snapshotAt(2 * minute)).toBe(before);
  expect(before.state.history.q?.at(-1)?.at).toBeLessThanOrEqual(before.now);
});

test('a closed cockpit leaves a gap, and the adjacent snapshots are offered', async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir);
  await live(first, 2);
  await first.history.close();
  const next = await openCockpit(dir, { at: noon + 60 * minute });
  await live(next, 2);
  const gap = next.snapshotAt(30 * minute);
  expect(gap).toMatchObject({ is: 'nothing' });
  if (gap.is !== 'nothing') return;
  expect(gap.before).toBeLessThanOrEqual(noon + 2 * minute + 15 * second);
  expect(gap.after).toBeGreaterThanOrEqual(noon + 60 * minute);
  expect(kept(next.history.past.snapshotAt(place, next.facts.getState(), gap.before ?? 0)).at).toBe(
    gap.before,
  );
  expect(next.snapshotAt(-60 * minute)).toEqual({ is: 'nothing', after: expect.any(Number) });
});

longTest('the times in a snapshot use its own clock, as do values over time', async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir);
  await live(first, 2);
  await first.history.close();
  const next = await openCockpit(dir, { at: noon + 10 * minute, offset: 3_600_000 });
  await next.wait(15 * second);
  const snapshot = kept(next.snapshotAt(minute));
  expect(snapshot.now).toBe(snapshot.at);
  const values = [...(snapshot.state.past.q ?? []), ...(snapshot.state.history.q ?? [])];
  expect(values.length).toBeGreaterThan(2);
  expect(values.at(-1)?.at).toBeLessThanOrEqual(snapshot.now);
  expect(snapshot.now - (values.at(-1)?.at ?? 0)).toBeLessThan(30 * second);
});

longTest('two cockpits of one environment: each snapshot is complete, whichever stored it', async () => {
  const dir = await stateDir();
  const a = await openCockpit(dir);
  const b = await openCockpit(dir, { at: noon + second });
  for (let step = 0; step < 12; step++) {
    for (const cockpit of [a, b]) {
      const time = cockpit.clock.now();
      learn(
        cockpit.facts,
        breakers,
        { items: [breaker(cockpit === a ? 'a' : 'b', { failureRate: step, at: time })] },
        time,
      );
      await cockpit.wait(15 * second);
    }
  }
  const third = await openCockpit(dir, { at: noon + 10 * minute });
  for (let after = 15 * second; after < 3 * minute; after += 15 * second) {
    const names = kept(third.snapshotAt(after)).state.feeds['bus/breakers']?.known?.items.map((row) =>
      'name' in row ? row.name : '',
    );
    expect(['a', 'b']).toContain(names?.join());
  }
});

test('a drill of a real environment can be viewed afterwards, but is not stored', async () => {
  const dir = await stateDir();
  const first = await openCockpit(dir, { rehearsed: true });
  await live(first, 2);
  first.journal.note('CLOSED → OPEN');
  await first.wait(15 * second);
  kept(first.snapshotAt(minute));
  await first.history.close();
  const next = await openCockpit(dir, { at: noon + 5 * minute });
  expect(next.snapshotAt(minute)).toEqual({ is: 'nothing' });
  expect(next.journal.entries).toEqual([]);
});

test('history is off for an environment that is not followed', async () => {
  const cockpit = await openCockpit(await stateDir());
  cockpit.history.follow([]);
  expect(cockpit.snapshotAt(0)).toEqual({ is: 'off' });
  expect(cockpit.history.past.hasHistory(place)).toBe(false);
});

test('without a writable file, recent snapshots are available from memory', async () => {
  const dir = join(await stateDir(), 'none');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(dir, '');
  const cockpit = await openCockpit(dir);
  await live(cockpit, 3);
  kept(cockpit.snapshotAt(minute));
});

test('no secret is stored in a file', async () => {
  const dir = await stateDir();
  const cockpit = await openCockpit(dir);
  const time = cockpit.clock.now();
  learn(cockpit.facts, breakers, { items: [breaker('hunter2'), breaker('a "hunter2"', { at: time })] }, time);
  cockpit.journal.note('hunter2 → OPEN');
  await cockpit.wait(30 * second);
  await cockpit.history.close();
  const next = await openCockpit(dir, { at: noon + minute });
  const snapshot = kept(next.snapshotAt(20 * second));
  const names = snapshot.state.feeds['bus/breakers']?.known?.items.map((row) =>
    'name' in row ? row.name : '',
  );
  expect(names).toEqual(['…masked', 'a "…masked"']);
  expect(JSON.stringify(snapshot.state.since)).not.toContain('hunter2');
  expect(next.journal.entries.map(({ change }) => change)).toEqual(['…masked → OPEN']);
});

/** Every text of every table, including compressed ones. */
const textsIn = (dir: string): string => {
  const db = new DatabaseSync(join(dir, 'history.db'), { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const cells = tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT * FROM "${String(name)}"`)
      .all()
      .flatMap((row) => Object.values(row)),
  );
  db.close();
  return cells.map((cell) => (cell instanceof Uint8Array ? decompressText(cell) : String(cell))).join('\n');
};

longTest(
  'a secret in the text, a label or an annotation of an alert is not stored in history.db',
  async () => {
    const dir = await stateDir();
    const cockpit = await openCockpit(dir);
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.QwErTyUiOpAsDfGh';
    const alerts = feedInfo('am/alerts', 'alerts');
    const alert: Alert = {
      source: 'am',
      at: cockpit.clock.now(),
      name: 'LoginFails',
      severity: 'critical',
      state: 'firing',
      labels: { dbPassword: 'corvid-lantern', api_token: 'plain words here', service: 'bus' },
      summary: `login with password=Tr0ub4dor fails for https://zoe:marmalade@db.acme.net (${jwt})`,
    };
    const labels = { client_secret: 'quince-harbor' };
    learn(cockpit.facts, alerts, { items: [alert] }, cockpit.clock.now());
    learn(
      cockpit.facts,
      metrics,
      { samples: [sample('q', 7, { labels, at: cockpit.clock.now() })] },
      cockpit.clock.now(),
    );
    cockpit.journal.note(`firing: token=${jwt}`);
    await cockpit.wait(30 * second);
    await cockpit.history.close();
    const texts = textsIn(dir);
    expect(texts).toContain('LoginFails');
    for (const secret of ['corvid', 'plain words', 'Tr0ub4dor', 'marmalade', 'quince', 'QwErTy'])
      expect(texts).not.toContain(secret);
  },
);

longTest('the journal of the last day is restored, each change once', async () => {
  const dir = await stateDir();
  const a = await openCockpit(dir);
  const b = await openCockpit(dir, { at: noon + 2 * second });
  for (const cockpit of [a, b]) cockpit.journal.note('CLOSED → OPEN');
  await a.wait(minute);
  a.journal.note('OPEN → CLOSED');
  await a.wait(15 * second);
  await b.wait(15 * second);
  const third = await openCockpit(dir, { at: noon + 60 * minute, offset: 1000 });
  expect(third.journal.entries.map(({ at, change }) => [at + 1000 - noon, change])).toEqual([
    [0, 'CLOSED → OPEN'],
    [minute, 'OPEN → CLOSED'],
  ]);
  third.journal.note('CLOSED → OPEN');
  await third.wait(15 * second);
  const later = await openCockpit(dir, { at: noon + 25 * 60 * minute });
  expect(later.journal.entries).toHaveLength(1);
});
