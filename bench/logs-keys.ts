import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPtyTerminal, type PtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { waitedMs } from './support/cpu.ts';
import { type Figure, ms, percentile } from './support/figure.ts';
import { bundled, openPlace, type Place } from './support/place.ts';

const [streams, perSecond] = [50, 1000];
const size = { columns: 120, rows: 40 };
const [mostP50, mostP99] = [16, 33];
const turns = 30;
const settleMs = 3000;
/** Timeout in ms after which a key counts as lost. */
const longestMs = 5000;
/** Typed letter by letter while lines arrive, and once pasted. */
const typed = 'timeout of psp after three attempts';
const atOnce = 'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789';

/** Summary printed by the program on exit. */
interface Told {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly written: number;
  readonly come: number;
  readonly held: number;
}

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Milliseconds from a key to its effect; `own`: without the time in which other processes had the CPU. */
interface Answer {
  readonly all: number;
  readonly own: number;
}

/** Presses a key and waits for its effect in the output. */
const answer = async (pty: PtyTerminal, key: string, brings: RegExp): Promise<Answer> => {
  const waited = waitedMs(pty.pid);
  const before = pty.output().length;
  const answered = Promise.withResolvers<number>();
  const deaf = pty.onWritten(() => {
    if (brings.test(pty.output().slice(before))) answered.resolve(performance.now());
  });
  const pressedAt = performance.now();
  pty.press(key);
  const late = setTimeout(() => answered.reject(new Error(`${key} is not answered`)), longestMs);
  const at = await answered.promise;
  clearTimeout(late);
  deaf();
  const all = at - pressedAt;
  return { all, own: Math.max(0, all - (waitedMs(pty.pid) - waited)) };
};

/** Background color of the selected row; without new lines it appears only after a key. */
const cursorRow = /48;2;31;42;58/;

const presses = async (pty: PtyTerminal): Promise<readonly Answer[]> => {
  const times: Answer[] = [];
  const press = async (key: string, brings: RegExp): Promise<void> => {
    // A random delay, to avoid synchronization with the screen's own updates.
    await sleep(20 + ((times.length * 37) % 60));
    times.push(await answer(pty, key, brings));
  };
  for (let turn = 0; turn < turns; turn++) {
    await press('f', /PAUSED/);
    await press('k', cursorRow);
    await press('j', cursorRow);
    await press('f', / follow/);
  }
  await press('/', /mark matches/);
  // Only changed cells are written: the letter and the cursor.
  for (const letter of typed) await press(letter, new RegExp(`${letter}_`));
  return times;
};

interface Pressed {
  readonly times: readonly Answer[];
  readonly told: Told;
}

/** Presses keys in LOGS while each stream receives a fixed number of lines per second. */
const pressed = async (place: Place, program: string, perStream: number): Promise<Pressed> => {
  const told = join(place.dir, `told-${perStream}.json`);
  const argv = [process.execPath, program, told, String(streams), String(perStream)];
  await using pty = openPtyTerminal(argv, { ...size, env: place.env });
  await pty.until((screen) => screen.some((line) => line.includes('PODS')), 'the first frame');
  pty.press('8');
  await pty.until((screen) => screen.some((line) => line.includes('service-')), 'lines');
  await sleep(settleMs);
  const times = await presses(pty);
  pty.press(atOnce);
  await pty.until((screen) => screen.some((line) => line.includes(`${typed}${atOnce}_`)), 'what was typed');
  // Leaves the text input, then the program.
  pty.press('\x1b');
  await pty.until((screen) => screen.some((line) => line.includes('q quit')), 'the footer');
  pty.press('q');
  await pty.exited;
  return { times, told: JSON.parse(await readFile(told, 'utf8')) as Told };
};

const spread = (times: readonly Answer[]): string => {
  const [all, own] = [times.map((one) => one.all), times.map((one) => one.own)];
  return `p50 ${ms(percentile(own, 50))}, p99 ${ms(percentile(own, 99))} (by the clock ${ms(percentile(all, 50))}, ${ms(percentile(all, 99))})`;
};

/** Latency from key to changed bytes while following fifty streams, and whether all written lines arrived. */
export const logsKeys = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const program = await bundled(new URL('./programs/logs-load.ts', import.meta.url), place);
  const quiet = await pressed(place, program, 1);
  const { times, told } = await pressed(place, program, perSecond);
  const own = times.map((one) => one.own);
  const { seconds, cpuMs, written, come, held } = told;
  const load = `${streams} streams of ${perSecond.toLocaleString('en')} lines/s`;
  return [
    {
      name: `key → changed bytes in LOGS, ${load}`,
      value: spread(times),
      target: `p50 ≤ ${mostP50} ms, p99 ≤ ${mostP99} ms`,
      met: percentile(own, 50) <= mostP50 && percentile(own, 99) <= mostP99,
      from: `without waiting for a processor; ${times.length} keys at ${size.columns}×${size.rows}, each answered; ${atOnce.length} more at once, all of them taken`,
    },
    {
      name: 'the same with a line a second and stream',
      value: spread(quiet.times),
      from: 'beside it: what the machine takes for itself',
    },
    {
      name: 'lines shown or evicted, of those written',
      value: `${come.toLocaleString('en')} of ${written.toLocaleString('en')}`,
      target: 'all',
      met: come === written && written > 0,
      from: `${held.toLocaleString('en')} of them kept; ${Math.round(written / seconds).toLocaleString('en')} lines/s`,
    },
    {
      name: `CPU of the cockpit meanwhile, ${load}`,
      value: `${((100 * cpuMs) / 1000 / seconds).toFixed(0)} % of a core`,
      from: 'with what writes the lines, start and keys',
    },
  ];
};
