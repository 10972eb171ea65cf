import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, median } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

const mostBytes = 600;

/** Bytes written for a 200×60 screen in which one cell has changed. */
export const changedCell = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/changed-cell.ts', import.meta.url), place);
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, ...place.env },
  });
  const { full, counts } = JSON.parse(stdout) as { full: number; counts: readonly number[] };
  const bytes = median(counts);
  return [
    {
      name: 'one changed cell at 200×60',
      value: `${bytes} bytes`,
      target: `≤ ${mostBytes} bytes`,
      met: bytes <= mostBytes,
      from: `${counts.join(', ')}; the whole screen takes ${full}`,
    },
  ];
};
