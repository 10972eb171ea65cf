import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { rssMiB } from './support/cpu.ts';
import type { Figure } from './support/figure.ts';
import { bundled, openPlace } from './support/place.ts';

const mostMiB = 150;
const watchedMs = 25_000;
const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Memory of the screen with a day of history and 100,000 lines, with 10,000 new lines per second. Needs /proc. */
export const memory = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/ui-load.ts', import.meta.url), place);
  const figures: Figure[] = [];
  for (const [workloads, target] of [
    [200, mostMiB],
    [10_000, undefined],
  ] as const) {
    await using pty = openPtyTerminal([process.execPath, program, 'load', String(workloads)], {
      columns: 200,
      rows: 60,
      env: place.env,
    });
    await pty.until((screen) => screen.some((line) => line.includes('Pods')), 'the first frame');
    await sleep(watchedMs);
    const rss = await rssMiB(pty.pid);
    figures.push({
      name: `RSS, 24 h of history, 100,000 lines, ${workloads.toLocaleString('en')} workloads`,
      value: `${Math.round(rss)} MiB`,
      ...(target === undefined ? {} : { target: `≤ ${target} MiB`, met: rss <= target }),
      from: `after ${watchedMs / 1000} s in which all of it changes`,
    });
  }
  return figures;
};
