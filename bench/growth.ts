import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { growingInputs } from './programs/growth-inputs.ts';
import { type Figure, ms } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

/** One line of `programs/growth.ts`; times in ms, without that in which other programs had the processor. */
interface Measured {
  readonly screen: string;
  readonly size: string;
  readonly count: number;
  readonly reading: number;
  /** All turns of the frame after a reading, and the longest of them. */
  readonly frame: number;
  readonly turn: number;
  readonly key: number;
}

/** Exponent of time above which an input grows faster than it should: 1 is in proportion, and some is noise. */
const mostExponent = 1.15;
/** Times below this one tell more about the machine than about the input. */
const leastMs = 4;
const mostTurnMs = 50;

/** The slope of the logarithm of times over that of counts, by least squares. Time = constant × count ^ slope. */
const exponentOf = (points: readonly (readonly [count: number, time: number])[]): number => {
  const logs = points.map(([count, time]) => [Math.log(count), Math.log(Math.max(time, 0.01))] as const);
  const mean = (of: (log: readonly [number, number]) => number): number =>
    logs.reduce((sum, log) => sum + of(log), 0) / logs.length;
  const [x, y] = [mean(([count]) => count), mean(([, time]) => time)];
  const over = logs.reduce((sum, [count, time]) => sum + (count - x) * (time - y), 0);
  return over / logs.reduce((sum, [count]) => sum + (count - x) ** 2, 0);
};

const parts = ['reading', 'frame', 'key'] as const;

const figureOf = (
  name: string,
  part: (typeof parts)[number],
  measurements: readonly Measured[],
): Figure | undefined => {
  const places = [...Map.groupBy(measurements, ({ screen, size }) => `${screen} at ${size}`)].map(
    ([place, of]) => {
      const byCount = of.toSorted((a, b) => a.count - b.count);
      return {
        place,
        top: byCount.at(-1)?.[part] ?? 0,
        turn: byCount.at(-1)?.[part === 'frame' ? 'turn' : part] ?? 0,
        exponent: exponentOf(byCount.map((measurement) => [measurement.count, measurement[part]])),
      };
    },
  );
  const slowest = places.toSorted((a, b) => b.top - a.top)[0];
  const steepest = places.filter(({ top }) => top >= leastMs).toSorted((a, b) => b.exponent - a.exponent)[0];
  const longest = places.toSorted((a, b) => b.turn - a.turn)[0];
  if (slowest === undefined || longest === undefined) return undefined;
  const titles = { reading: 'a reading', frame: 'the frame after it', key: 'the frame after a key' };
  const growth =
    steepest === undefined
      ? 'below 4 ms everywhere'
      : `exponent ≤ ${steepest.exponent.toFixed(2)} (${steepest.place})`;
  return {
    name: `${growingInputs[name]?.top.toLocaleString('en')} ${name}, ${titles[part]}`,
    value: `≤ ${ms(slowest.top)} (${slowest.place}), ${part === 'frame' ? `a turn of it ≤ ${ms(longest.turn)} (${longest.place}), ` : ''}${growth}`,
    target: `exponent ≤ ${mostExponent}, a turn ≤ ${mostTurnMs} ms`,
    met: (steepest?.exponent ?? 0) <= mostExponent && longest.turn <= mostTurnMs,
    from: `${measurements.length} places and counts, the shortest of 5`,
  };
};

/** The growth table: how the time of each input grows with its number, on every screen and at three sizes. */
export const growth = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/growth.ts', import.meta.url), place);
  const figures: Figure[] = [];
  for (const name of Object.keys(growingInputs)) {
    const { stdout } = await promisify(execFile)(process.execPath, [program, name], {
      env: { ...process.env, ...place.env },
      maxBuffer: 1e8,
    });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): Measured => JSON.parse(line));
    figures.push(...parts.flatMap((part) => figureOf(name, part, lines) ?? []));
  }
  return figures;
};
