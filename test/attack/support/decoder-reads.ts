import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { type Facts, jsonText } from '../../../src/testing/source-rig.ts';
import { terminalControl } from '../../contract/promises.ts';
import type { Scenario } from '../../replay/open-through.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const deadlineMs = 10_000;
/** Real time in ms for a response before the deadline passes; replays respond within microtasks. */
const promptMs = 250;
/** Steps of the clock after which a call that ignores its deadline counts as hanging: a module may still be loading before. */
const mostSteps = 2000;

/** Makes a call under a deadline; throws if it is still waiting long after that. */
export const inTime = async <T>(
  clock: ManualClock,
  call: (signal: AbortSignal) => Promise<T> | undefined,
): Promise<T | undefined> => {
  const { signal, clear } = clock.deadline(deadlineMs);
  let isOver = false;
  const pending = Promise.resolve(call(signal)).finally(() => {
    isOver = true;
  });
  pending.catch(() => {});
  await Promise.race([pending.catch(() => {}), sleep(promptMs)]);
  for (let step = 0; !isOver && step < mostSteps; step += 1) {
    await clock.advance(deadlineMs);
    await Promise.race([pending.catch(() => {}), sleep(5)]);
  }
  clear();
  if (!isOver) throw new Error('a call is still waiting after its deadline');
  return pending;
};

/** Reads every feed of a scenario, and its identity and examination, under a deadline. */
export const readScenario = async (
  module: SourceModule,
  { entry, signals = [], calls }: Scenario,
  { dial, at }: { readonly dial: Dial; readonly at: string },
): Promise<readonly Facts[]> => {
  const clock = manualClock(Date.parse(at));
  const wires = new Set<Duplex>();
  const known: Dial = Object.assign(
    async (...[to, signal]: Parameters<Dial>) => {
      try {
        const wire = await dial(to, signal);
        wires.add(wire);
        return wire;
      } catch {
        // The recording has no further connection.
        throw new WireError('unreachable', 'connect ECONNREFUSED');
      }
    },
    { isStraight: true } as const,
  );
  const io = openReadIo(clock, { dial: known });
  const config = module.config.parse(entry);
  const source = await module.open({ id: 's', env: 'test', config, signals }, io);
  const facts: Facts[] = [];
  try {
    for (const call of calls) {
      if (call === 'doctor') {
        const findings = await inTime(clock, (signal) => source.doctor?.(signal));
        expect(jsonText(findings ?? [])).not.toMatch(terminalControl);
      } else if (call === 'identify') {
        const fault = await inTime(clock, (signal) => source.identify?.(signal));
        facts.push({ items: [], faults: fault === undefined ? [] : [fault] });
      } else if (typeof call === 'string') {
        const feed = source.feeds.find(
          ({ id, name }) => id === `s/${call.slice(5)}` || name === call.slice(5),
        );
        const read = await inTime(clock, (signal) => feed?.read(signal));
        if (read !== undefined) facts.push(read);
      }
    }
    return facts;
  } finally {
    await source.close();
    for (const wire of wires) wire.destroy();
  }
};

/** Fields of facts that count things or measure sizes: negative values are impossible. */
const counts = new Set([
  'active',
  'cpuCores',
  'cpuLimitCores',
  'idle',
  'lost',
  'max',
  'members',
  'memoryBytes',
  'memoryLimitBytes',
  'partition',
  'pending',
  'ready',
  'restarts',
  'taken',
  'wanted',
  'lag',
  'waiting',
  'depth',
  'size',
  'sizeBytes',
]);

const oddNumbers = (value: unknown, path: string): readonly string[] => {
  if (typeof value === 'number' && !Number.isFinite(value)) return [`${path} is ${value}`];
  const name = path.slice(path.lastIndexOf('.') + 1);
  if ((typeof value === 'number' || typeof value === 'bigint') && value < 0 && counts.has(name))
    return [`${path} is ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => oddNumbers(inner, `${path}.${key}`));
};

const kinds = new Set([
  'cancelled',
  'timeout',
  'throttled',
  'unreachable',
  'denied',
  'missing',
  'malformed',
  'unconfigured',
  'wrong-system',
]);

/** Facts without the values of samples that a server may write as +Inf. */
const withoutInfinity = (facts: readonly object[]): readonly object[] =>
  facts.map((fact) =>
    'signal' in fact && 'value' in fact && fact.value === Infinity ? { ...fact, value: 0 } : fact,
  );

/**
 * Facts have known values, and faults a type, a source and a message: nothing else comes out of a decoder. `isInfinity`: the server wrote
 * an infinite number, which is a value.
 */
export const expectKnownFacts = (all: readonly Facts[], isInfinity = false): number => {
  for (const { items, samples = [], ...facts } of all) {
    const known = isInfinity ? withoutInfinity : (some: readonly object[]) => some;
    expect(oddNumbers({ items: known(items), samples: known(samples) }, '')).toEqual([]);
    expect(jsonText({ items, samples, ...facts })).not.toMatch(terminalControl);
    for (const { kind, source, message } of facts.faults) {
      expect(kinds, `${kind}: ${message}`).toContain(kind);
      expect(source).not.toBe('');
      expect(message).not.toMatch(
        /\n\s+at |\bTypeError\b|\bRangeError\b|is not a function|of undefined|is not iterable/,
      );
      expect(message).not.toBe('');
    }
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  return all.length;
};
