import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPtyTerminal, type PtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, percentile } from './support/figure.ts';
import { type Latency, latencyOf, latencySpread } from './support/latency.ts';
import { bundled, openPlace, type Place } from './support/place.ts';

const streams = 50;
const perSecond = 1000;
const size = { columns: 120, rows: 40 };
const mostP50 = 16;
const mostP99 = 33;
const turns = 30;
const settleMs = 3000;
/** Typed letter by letter while lines arrive, and once pasted. */
const typed = 'timeout of psp after three attempts';
const atOnce = 'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789';

/** Summary printed by the program on exit. */
interface Summary {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly written: number;
  readonly received: number;
  readonly stored: number;
}

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Background color of the selected row; without new lines it appears only after a key. */
const cursorRow = /48;2;31;42;58/;

const presses = async (pty: PtyTerminal): Promise<readonly Latency[]> => {
  const times: Latency[] = [];
  const press = async (key: string, expected: RegExp): Promise<void> => {
    // A random delay, to avoid synchronization with the screen's own updates.
    await sleep(20 + ((times.length * 37) % 60));
    times.push(await latencyOf(pty, key, expected));
  };
  for (let turn = 0; turn < turns; turn++) {
    await press('f', /PAUSED/);
    await press('k', cursorRow);
    await press('j', cursorRow);
    // The word in the title, with its color before it; the footer has one too.
    await press('f', /mfollow\b/);
  }
  await press('/', /mark matches/);
  // Only changed cells are written: the letter and the cursor.
  for (const letter of typed) await press(letter, new RegExp(`${letter}_`));
  return times;
};

interface Measurement {
  readonly times: readonly Latency[];
  readonly summary: Summary;
}

/** Presses keys in Logs while each stream receives a fixed number of lines per second. */
const pressed = async (place: Place, program: string, perStream: number): Promise<Measurement> => {
  const summaryFile = join(place.dir, `summary-${perStream}.json`);
  const argv = [process.execPath, program, summaryFile, String(streams), String(perStream)];
  await using pty = openPtyTerminal(argv, { ...size, env: place.env });
  await pty.until((screen) => screen.some((line) => line.includes('Pods')), 'the first frame');
  pty.press('8');
  await pty.until((screen) => screen.some((line) => line.includes('service-')), 'lines');
  await sleep(settleMs);
  const times = await presses(pty);
  pty.press(atOnce);
  await pty.until((screen) => screen.some((line) => line.includes(`${typed}${atOnce}_`)), 'the typed text');
  // Leaves the text input, then the program.
  pty.press('\x1b');
  await pty.until((screen) => screen.some((line) => line.includes('q quit')), 'the footer');
  pty.press('q');
  await pty.exited;
  return { times, summary: JSON.parse(await readFile(summaryFile, 'utf8')) as Summary };
};

/** Latency from key to changed bytes while following fifty streams, and whether all written lines arrived. */
export const logsKeys = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/logs-load.ts', import.meta.url), place);
  const baseline = await pressed(place, program, 1);
  const { times, summary } = await pressed(place, program, perSecond);
  const own = times.map((time) => time.own);
  const { seconds, cpuMs, written, received, stored } = summary;
  const load = `${streams} streams of ${perSecond.toLocaleString('en')} lines/s`;
  return [
    {
      name: `key → changed bytes in Logs, ${load}`,
      value: latencySpread(times),
      target: `p50 ≤ ${mostP50} ms, p99 ≤ ${mostP99} ms`,
      met: percentile(own, 50) <= mostP50 && percentile(own, 99) <= mostP99,
      from: `without time waiting for a CPU; ${times.length} keys at ${size.columns}×${size.rows}, each with an effect; ${atOnce.length} more pasted, all accepted`,
    },
    {
      name: 'the same at one line per second and stream',
      value: latencySpread(baseline.times),
      from: 'baseline: overhead of the machine',
    },
    {
      name: 'lines received, of those written',
      value: `${received.toLocaleString('en')} of ${written.toLocaleString('en')}`,
      target: 'all',
      met: received === written && written > 0,
      from: `${stored.toLocaleString('en')} of them stored; ${Math.round(written / seconds).toLocaleString('en')} lines/s`,
    },
    {
      name: `CPU of the cockpit meanwhile, ${load}`,
      value: `${((100 * cpuMs) / 1000 / seconds).toFixed(0)} % of a core`,
      from: 'including the line generator, start and keys',
    },
  ];
};
