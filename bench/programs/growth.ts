import type { AnyFact, Sample } from '../../src/domain/facts/facts.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { type Bare, openBare } from '../../test/screens/support/headless.ts';
import { feedInfo, frame, learnNext, noon } from '../../test/support/made-facts.ts';
import { waitedMs } from '../support/cpu.ts';
import { type GrowingInput, growingInputs } from './growth-inputs.ts';

// `growth NAME [SCREEN]`: the time of a reading, of the frame after it, of the longest turn of that, and of the frame after a key, in ms, for an input at an eighth of its largest
// number, a quarter, half and all of it, on every screen (or one) and at three sizes. One JSON line per measurement.

const sizes = [
  [80, 24],
  [120, 36],
  [300, 100],
] as const;

/** The keys that open each screen. */
const screens: Readonly<Record<string, (pane: string) => readonly string[]>> = {
  overview: () => [],
  pane: (pane) => [':', ...pane, 'enter'],
  'end of the pane': (pane) => [':', ...pane, 'enter', 'G'],
  'opened row': (pane) => [':', ...pane, 'enter', 'enter'],
  filter: (pane) => [':', ...pane, 'enter', '/', ...'service-1'],
  problems: () => ['W', 'W'],
  help: (pane) => [':', ...pane, 'enter', '?'],
  shared: (pane) => [':', ...pane, 'enter', 'S'],
};

const readings = 5;
const intervalMs = 5000;
/** A reading changes one in so many rows. */
const oneChangedIn = 100;

interface Filled {
  readonly bare: Bare;
  /** Takes a reading of which 1 % is new. */
  read(): void;
}

const filled = (
  { kind, of, signals }: GrowingInput,
  count: number,
  screenSize: readonly [number, number],
): Filled => {
  const store = createFactsStore(
    frame({
      sources: { bus: { type: 'actuator', ...(kind === 'samples' ? {} : { kinds: [kind as never] }) } },
      ...(signals === undefined ? {} : { signals: signals.slice(0, count) }),
    }),
  );
  const bare = openBare({
    facts: store,
    cockpit: {
      open: {
        ...{ system: 'demo', env: 'production', title: 'Demo production', tier: 'production' },
        ...{ embedded: false, incidents: [], across: ['production'] },
      },
    },
  });
  [bare.size.columns, bare.size.rows] = screenSize;
  const feed = feedInfo(`bus/${kind}`, kind, {
    everyMs: intervalMs,
    ...(signals === undefined ? {} : { signals: signals.map(({ id }) => id) }),
  });
  let facts: readonly (AnyFact | Sample)[] = Array.from({ length: count }, (_, index) => of(index, 0));
  let round = 0;
  const read = (): void => {
    round += 1;
    bare.now = noon + round * intervalMs;
    facts = facts.map((fact, index) =>
      index % oneChangedIn === round % oneChangedIn ? { ...of(index, round), at: bare.now } : fact,
    );
    learnNext(
      store,
      feed,
      kind === 'samples' ? { samples: facts as readonly Sample[] } : { items: facts as readonly AnyFact[] },
      bare.now,
    );
  };
  read();
  bare.frame();
  return { bare, read };
};

/**
 * Time of some work in ms, without that in which other programs had the processor. What happens between two clocks counts as work: a
 * result may be too large, never too small.
 */
const timed = (work: () => void): number => {
  const began = performance.now();
  const waited = waitedMs(process.pid);
  work();
  const waitedSince = waitedMs(process.pid) - waited;
  return performance.now() - began - waitedSince;
};

/** A frame of new data in its turns, as the cockpit draws it: all of them, and the longest. */
const timedTurns = (bare: Bare): { readonly frame: number; readonly turn: number } => {
  const times: number[] = [];
  const steps = bare.prepare()[Symbol.iterator]();
  let isLast = false;
  while (!isLast)
    times.push(
      timed(() => {
        isLast = steps.next().done === true;
      }),
    );
  times.push(timed(() => bare.frame()));
  return { frame: times.reduce((sum, time) => sum + time, 0), turn: Math.max(...times) };
};

/** The shortest of some times: what the work takes without the rest of the machine. */
const shortest = (times: readonly number[]): number => Math.min(...times);

const measured = ({ bare, read }: Filled): Record<'reading' | 'frame' | 'turn' | 'key', number> => {
  const times = Array.from({ length: readings }, () => {
    const reading = timed(read);
    const turns = timedTurns(bare);
    bare.strokes('down');
    return { reading, ...turns, key: timed(() => bare.frame()) };
  });
  return {
    reading: shortest(times.map(({ reading }) => reading)),
    frame: shortest(times.map(({ frame }) => frame)),
    turn: shortest(times.map(({ turn }) => turn)),
    key: shortest(times.map(({ key }) => key)),
  };
};

const [, , name = '', only] = process.argv;
const input = growingInputs[name];
if (input === undefined) throw new Error(`no input ${name}: ${Object.keys(growingInputs).join(', ')}`);
// Compiles what is measured.
for (const open of Object.values(screens)) {
  const warm = filled(input, Math.round(input.top / 8), [120, 36]);
  for (const key of open(input.pane)) {
    warm.bare.strokes(key);
    warm.bare.frame();
  }
  measured(warm);
}
for (const [screen, open] of Object.entries(screens).filter(
  ([screen]) => only === undefined || screen === only,
))
  for (const size of sizes)
    for (const share of [8, 4, 2, 1]) {
      const count = Math.round(input.top / share);
      const opened = filled(input, count, size);
      for (const key of open(input.pane)) {
        opened.bare.strokes(key);
        opened.bare.frame();
      }
      process.stdout.write(
        `${JSON.stringify({ screen, size: size.join('×'), count, ...measured(opened) })}\n`,
      );
    }
process.exit(0);
