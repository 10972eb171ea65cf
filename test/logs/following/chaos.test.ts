import { expect, test } from 'vitest';
import { createLogSession } from '../../../src/logs/following/log-session.ts';
import type { ReadonlyLogRing } from '../../../src/logs/ring/log-ring.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { roll, seeded } from './chaos/chance.ts';
import { differences, gapsIn, rowsOf } from './chaos/compared.ts';
import { chaosTail, type ResumeKind } from './chaos/tails.ts';
import { ChaosWire } from './chaos/wire.ts';
import { WrittenLog } from './chaos/written-log.ts';
import { tailSource } from './model-source.ts';

const kinds: readonly ResumeKind[] = ['stamps', 'stamps', 'cursor', 'cursor', 'offset', 'offset', 'none'];

const listedMs = 40_000;

interface Stage {
  readonly breaks: number;
  /** True: logs rotate, runs end, and pods are recreated. */
  readonly isWild: boolean;
}

/** Lets streams write while connections break, and then waits until everything has been read. */
const lived = async (seed: number, { breaks, isWild }: Stage) => {
  const chance = seeded(seed);
  const clock = manualClock();
  const wire = new ChaosWire(chance, breaks);
  const streams = kinds.map((kind, index) => ({
    kind,
    log: new WrittenLog(`s${index}`, `s${index}.0`),
    bornAt: clock.now(),
  }));
  const logs = streams.map(({ kind, log }) => ({ kind, log }));
  let ring: ReadonlyLogRing | undefined;
  const session = createLogSession({
    clock,
    chance,
    sources: () =>
      new Map([
        ['chaos', tailSource('chaos', () => streams.map(({ kind, log }) => chaosTail(kind, log, wire)))],
      ]),
    publish: (state) => {
      ring = state?.ring ?? ring;
    },
    showMessage: () => {},
  });
  const wild = (stream: (typeof streams)[number]): void => {
    const what = roll(chance, 3);
    if (what < 2) stream.log.rotate(what === 1);
    // A stream that exists between two listings is never seen.
    else if (clock.now() - stream.bornAt > listedMs) {
      stream.bornAt = clock.now();
      stream.log.isGone = true;
      stream.log.notifyReaders();
      const born = Number(stream.log.uid.split('.')[1]) + 1;
      stream.log = new WrittenLog(stream.log.name, `${stream.log.name}.${born}`);
      logs.push({ kind: stream.kind, log: stream.log });
    }
  };
  for (const { log } of streams) log.write(clock.now() - 1000, 1 + roll(chance, 5), 'first');
  session.open({ title: 'chaos', of: [] });
  await clock.advance(2500);
  while (!wire.isCalm) {
    for (const stream of streams) {
      if (chance() < 0.6) stream.log.write(clock.now(), 1 + roll(chance, 4), '.'.repeat(roll(chance, 200)));
      if (isWild && stream.kind !== 'none' && chance() < 0.003) wild(stream);
    }
    await clock.advance(1 + roll(chance, 1500));
  }
  for (const stream of streams) stream.log.write(clock.now(), 1, 'last');
  for (let turn = 0; turn < 30; turn++) await clock.advance(5000);
  const rows = ring === undefined ? [] : rowsOf(ring);
  const ended = session.end();
  await clock.advance(5000);
  await ended;
  return {
    wire,
    logs: logs.map(({ kind, log }) => {
      const index = rows.find(({ text }) => text.startsWith(`${log.uid} `))?.stream;
      return { kind, log, rows: rows.filter(({ stream }) => stream === index) };
    }),
  };
};

longTest('1,000 broken connections: all lines are shown once, in order, and no gap is reported', async () => {
  const { wire, logs } = await lived(1, { breaks: 1000, isWild: false });
  expect(wire.breaks).toBe(1000);
  expect(logs.flatMap(({ log, rows }) => differences(log, rows))).toEqual([]);
  for (const { kind, rows } of logs)
    if (kind === 'none') expect(gapsIn(rows)).toBeGreaterThan(10);
    else expect(gapsIn(rows)).toBe(0);
  for (const { log } of logs) expect(log.all.length).toBeGreaterThan(500);
});

test.each(sampled([2, 3], everyNth(2)))(
  'with rotations, restarts and recreated streams there are no duplicates and no unreported gaps (seed %i)',
  async (seed) => {
    const { wire, logs } = await lived(seed, { breaks: 400, isWild: true });
    expect(wire.breaks).toBe(400);
    expect(logs.length).toBeGreaterThan(kinds.length);
    expect(logs.flatMap(({ log, rows }) => differences(log, rows))).toEqual([]);
    for (const { kind, log, rows } of logs) {
      // A stream that was cut within the first entry has no mark yet.
      const unavoidable = log.rotations + (log.isGone ? 1 : 0) + (kind === 'cursor' ? 1 : 0);
      if (kind !== 'none') expect(gapsIn(rows)).toBeLessThanOrEqual(unavoidable);
    }
  },
);
