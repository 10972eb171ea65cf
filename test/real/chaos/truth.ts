import type { Millis } from '../../../src/domain/base/fault.ts';
import type { Level } from '../../../src/domain/facts/level.ts';
import type { FeedState } from '../../../src/domain/facts/reading.ts';
import type { Snapshot } from '../../../src/domain/facts/snapshot.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { factKinds } from '../../../src/kinds/registry/registry.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { RoundTruth } from '../../chaos/support/round.ts';
import { until } from '../machine/until.ts';
import { user } from '../servers/passwords.ts';

/** Everything that an undisturbed reader of a server has shown. */
export interface Undisturbed extends AsyncDisposable {
  /** Time so far in which one of its feeds was stale or failed: the machine or the server was too busy. */
  lostMs(): Millis;
  /** Compares the rows and values of one round with it, except those of signals that vary. */
  compare(detectsCorruption: boolean, varying: readonly string[]): RoundTruth;
}

/** The values of one series of a signal: numbers move between the least and the greatest. */
interface Values {
  least: number;
  greatest: number;
  readonly texts: Set<string>;
}

/** A row or a value that was shown, and whether the undisturbed reader knows it by now. */
interface Sighting {
  readonly what: string;
  isTrue(): boolean;
}

/** A session of the sources themselves: another reader sees it between its connection and the moment when it has a name. */
const isOfReaders = (fact: object): boolean =>
  'user' in fact && (fact.user === user || !('application' in fact));

const lookEveryMs: Millis = 50;

/**
 * Starts an engine on the server itself, and notes what it shows: the rows with the levels that they have had, the values
 * of signals.
 */
export const openUndisturbed = async (engine: Engine, clock: Pick<Clock, 'now'>): Promise<Undisturbed> => {
  const levels = new Map<string, Set<Level>>();
  const values = new Map<string, Values>();
  const note = (): void => {
    const snapshot = engine.snapshot();
    for (const kind of factKinds())
      for (const { key, level } of snapshot.kinds[kind].rows) {
        const known = levels.get(`${kind} ${key}`) ?? new Set();
        levels.set(`${kind} ${key}`, known.add(level));
      }
    for (const { key, value } of snapshot.signals) {
      const known = values.get(key) ?? { least: Infinity, greatest: -Infinity, texts: new Set() };
      values.set(key, known);
      if (typeof value === 'string') known.texts.add(value);
      if (typeof value !== 'number') continue;
      known.least = Math.min(known.least, value);
      known.greatest = Math.max(known.greatest, value);
    }
  };
  const stop = engine.facts.subscribe(note);
  engine.start();
  const scheduled = (): readonly FeedState[] =>
    Object.values(engine.facts.getState().feeds).filter(({ feed }) => feed.everyMs > 0);
  /** Begin of the oldest of the last readings: every feed has been read since. */
  const readSince = (): Millis =>
    Math.min(
      ...scheduled()
        .filter(({ known, faults }) => known !== undefined || faults.length === 0)
        .map(({ known }) => known?.began ?? 0),
    );
  await until('the undisturbed reader has read every feed', async () => readSince() > 0);

  let lostMs: Millis = 0;
  const faultsAtStart = new Map(scheduled().map(({ feed, faults }) => [feed.id, faults.length]));
  const isBehind = ({ feed, known, faults }: FeedState): boolean =>
    faults.length > (faultsAtStart.get(feed.id) ?? 0) ||
    (known !== undefined && clock.now() - known.at > feed.staleMs);
  let lookedAt = clock.now();
  const watch = setInterval(() => {
    if (scheduled().some(isBehind)) lostMs += clock.now() - lookedAt;
    lookedAt = clock.now();
  }, lookEveryMs);

  const rowsIn = (snapshot: Snapshot): readonly Sighting[] =>
    factKinds().flatMap((kind) =>
      snapshot.kinds[kind].rows
        .filter(({ fact }) => !isOfReaders(fact))
        .map(({ key, level }) => ({
          what: `${kind} ${key} is ${level}, which the server has never shown`,
          isTrue: () => {
            const known = levels.get(`${kind} ${key}`);
            return known !== undefined && (level !== 'ok' || known.has('ok'));
          },
        })),
    );
  const valuesIn = (snapshot: Snapshot, varying: readonly string[]): readonly Sighting[] =>
    snapshot.signals.flatMap(({ key, id, value }) =>
      value === undefined || varying.includes(id)
        ? []
        : {
            what: `signal ${key} is ${value}, which the server has never shown`,
            isTrue: () => {
              const known = values.get(key);
              if (typeof value === 'string') return known?.texts.has(value) === true;
              return known !== undefined && known.least <= value && value <= known.greatest;
            },
          },
    );
  return {
    lostMs: () => lostMs,
    compare: (detectsCorruption, varying) => {
      const open = new Map<string, Sighting>();
      return {
        detectsCorruption,
        observe: (snapshot) => {
          for (const sighting of [...rowsIn(snapshot), ...valuesIn(snapshot, varying)])
            if (!sighting.isTrue()) open.set(sighting.what, sighting);
        },
        contradictions: async () => {
          const untrue = (): readonly string[] =>
            [...open.values()].filter(({ isTrue }) => !isTrue()).map(({ what }) => what);
          const time = clock.now();
          // Another reader may see a change first.
          if (untrue().length > 0)
            await until('the undisturbed reader reads every feed again', async () => readSince() > time);
          return untrue();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(watch);
      stop();
      await engine.close();
    },
  };
};
