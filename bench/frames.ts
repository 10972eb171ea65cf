import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, ms, percentile } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

interface Measured {
  readonly name: string;
  readonly learning: readonly number[];
  readonly drawing: readonly number[];
  /** The longest turn of each frame. */
  readonly turns: readonly number[];
  readonly bytes: readonly number[];
}

/** CPU budget of a frame in ms. */
const most: Readonly<Record<string, number>> = {
  'overview, the cursor moves': 4,
  'overview, everything changes': 8,
  'pods, the cursor moves': 4,
};

/** The most of a turn of the event loop in which data is drawn, in ms. */
const mostTurn = 16;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** CPU time of one frame at 200×60, from facts to bytes. The mean of many frames, because the clock is coarse. */
export const frames = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/ui-frames.ts', import.meta.url), place);
  const { stdout } = await promisify(execFile)(process.execPath, [program, '10000', '', '200'], {
    env: { ...process.env, ...place.env },
    maxBuffer: 64 * 1024 * 1024,
  });
  const measured = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Measured);
  return measured.flatMap(({ name, learning, drawing, turns, bytes }): readonly Figure[] => {
    const draw = mean(drawing);
    const learn = mean(learning);
    const limit = most[name];
    const frame: Figure = {
      name: `a frame at 200×60, 10,000 workloads: ${name}`,
      value: `${ms(draw)} of CPU`,
      ...(limit === undefined ? {} : { target: `≤ ${limit} ms`, met: draw <= limit }),
      from: `mean of ${drawing.length}, ${Math.round(mean(bytes))} bytes; applying the facts: ${ms(learn)}`,
    };
    if (!name.endsWith('all workloads change')) return [frame];
    const turn = percentile(turns, 95);
    return [
      frame,
      {
        name: `the longest turn of that frame: ${name}`,
        value: `p50 ${ms(percentile(turns, 50))}, p95 ${ms(turn)}`,
        target: `p95 ≤ ${mostTurn} ms`,
        met: turn <= mostTurn,
        from: `without time waiting for a CPU; longest of ${turns.length} frames ${ms(Math.max(...turns))}; applying the facts is one of its turns`,
      },
    ];
  });
};
