import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, median, ms, percentile } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

const mostMs = 4;

interface Measured {
  readonly name: string;
  readonly drawing: readonly number[];
}

/** CPU time of a frame of Logs with a million rows in the ring. */
export const logsFrames = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/logs-frames.ts', import.meta.url), place);
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  return stdout
    .trim()
    .split('\n')
    .map((text) => {
      const { name, drawing } = JSON.parse(text) as Measured;
      const p50 = median(drawing);
      return {
        name: `frame of Logs at 200×60, ${name}`,
        value: `p50 ${ms(p50)}, p99 ${ms(percentile(drawing, 99))}`,
        target: `p50 ≤ ${mostMs} ms`,
        met: p50 <= mostMs,
        from: `1M rows of 50 streams, ${drawing.length} frames, CPU time of the thread`,
      };
    });
};
