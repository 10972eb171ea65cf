import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, median, ms, percentile } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

const filterMs = 5;

/** Milliseconds for a frame of a pane with 10,000 rows: after a key, after a reading, and after each letter of a filter. */
const rowFigures = async (noun: 'pods' | 'queues'): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/many-rows.ts', import.meta.url), place);
  const { stdout } = await promisify(execFile)(process.execPath, [program, noun], {
    env: { ...process.env, ...place.env },
  });
  const times = JSON.parse(stdout) as Record<'key' | 'reading' | 'letter', readonly number[]>;
  const figure = (name: string, of: keyof typeof times): Figure => ({
    name: `10,000 ${noun}, ${name}`,
    value: `p50 ${ms(median(times[of]))}, p95 ${ms(percentile(times[of], 95))}`,
    from: `${times[of].length} frames at 120×40`,
  });
  return [
    figure('a frame after a key', 'key'),
    figure('a frame after a reading of which 1 % is new', 'reading'),
    {
      ...figure('a frame after a letter of a filter', 'letter'),
      target: `p50 ≤ ${ms(filterMs)}`,
      met: median(times.letter) <= filterMs,
    },
  ];
};

/** The figures of Pods and of Queues, each with 10,000 rows. */
export const manyRows = async (): Promise<readonly Figure[]> => [
  ...(await rowFigures('pods')),
  ...(await rowFigures('queues')),
];
