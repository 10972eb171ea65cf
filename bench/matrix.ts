import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, median, ms, percentile } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

const mostMs = 8;

/** Milliseconds for a frame of 60 metrics in 4 environments with sparklines, all of which have changed. */
export const matrix = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/matrix.ts', import.meta.url), place);
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, ...place.env },
    maxBuffer: 64 * 1024 * 1024,
  });
  const times = JSON.parse(stdout) as Record<'twenty' | 'six' | 'whole', readonly number[]>;
  const figure = (name: string, of: keyof typeof times): Figure => ({
    name: `a matrix of 60 × 4, ${name}`,
    value: `p50 ${ms(median(times[of]))}, p95 ${ms(percentile(times[of], 95))}`,
    from: `${times[of].length} frames at 200×60, all 240 values new in each`,
  });
  const aimed = (name: string, of: keyof typeof times): Figure => ({
    ...figure(name, of),
    target: `p50 ≤ ${ms(mostMs)}`,
    met: median(times[of]) <= mostMs,
  });
  return [
    aimed('sparklines of 20m', 'twenty'),
    aimed('sparklines of 6h', 'six'),
    figure('including output to an in-memory terminal', 'whole'),
  ];
};
