import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, percentile } from './support/figure.ts';
import { type Latency, latencyOf, latencySpread } from './support/latency.ts';
import { bundled, openPlace, type Place } from './support/place.ts';

const presses = 300;
const sizes = [
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
] as const;
/** Targets in ms; under load only the slowest keys have one, which depends on the size. */
const idleTarget = { mostP50: 8, mostP99: 16 };
const mostP99UnderLoad = { 120: 16, 200: 25 } as const;
/** Background color of the selected row, which appears in the output after a key and hardly otherwise. */
const cursorRow = /48;2;31;42;58/;

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/**
 * Milliseconds from writing a key into the terminal until the redrawn selected row arrives. `recording`: the file into which the
 * screen is recorded meanwhile.
 */
export const keyLatencies = async (
  program: string,
  place: Place,
  size: { readonly columns: number; readonly rows: number },
  how: 'idle' | 'load',
  recording?: string,
): Promise<readonly Latency[]> => {
  await using pty = openPtyTerminal(
    [process.execPath, program, how, '10000', ...(recording === undefined ? [] : [recording])],
    { ...size, env: place.env },
  );
  await pty.until((screen) => screen.some((line) => line.includes('Pods')), 'the first frame');
  pty.press('6z');
  await pty.until((screen) => screen.some((line) => line.includes('service-')), 'the pods');
  await sleep(1500);
  const times: Latency[] = [];
  for (let press = 0; press < presses; press++) {
    // A random delay, to avoid synchronization with the screen's own updates.
    await sleep(20 + ((press * 37) % 60));
    times.push(await latencyOf(pty, press % 40 < 20 ? 'j' : 'k', cursorRow));
  }
  return times;
};

/** Latency from key to changed bytes in a terminal with 10,000 workloads, idle and under load. */
export const keyLatency = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/ui-load.ts', import.meta.url), place);
  const figures: Figure[] = [];
  for (const size of sizes)
    for (const how of ['idle', 'load'] as const) {
      const times = await keyLatencies(program, place, size, how);
      const own = times.map((time) => time.own);
      const p50 = percentile(own, 50);
      const p99 = percentile(own, 99);
      const { mostP50, mostP99 } =
        how === 'idle' ? idleTarget : { mostP50: undefined, mostP99: mostP99UnderLoad[size.columns] };
      figures.push({
        name: `key → changed bytes at ${size.columns}×${size.rows}, ${how === 'idle' ? 'idle' : '10,000 workloads change, 10k lines/s'}`,
        value: latencySpread(times),
        target: `${mostP50 === undefined ? '' : `p50 ≤ ${mostP50} ms, `}p99 ≤ ${mostP99} ms`,
        met: p50 <= (mostP50 ?? Infinity) && p99 <= mostP99,
        from: `without time waiting for a CPU; ${presses} keys in Pods`,
      });
    }
  return figures;
};
