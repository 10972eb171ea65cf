import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, ms } from './support/figure.ts';
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

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

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
  return measured.map(({ name, learning, drawing, bytes }): Figure => {
    const [draw, learn] = [mean(drawing), mean(learning)];
    const limit = most[name];
    return {
      name: `a frame at 200×60, 10,000 workloads: ${name}`,
      value: `${ms(draw)} of CPU`,
      ...(limit === undefined ? {} : { target: `≤ ${limit} ms`, met: draw <= limit }),
      from: `mean of ${drawing.length}, ${Math.round(mean(bytes))} bytes; applying the facts: ${ms(learn)}`,
    };
  });
};
