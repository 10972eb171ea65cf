import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { launcher, openPlace, type Place, timeOf } from './support/place.ts';

const fileBytes = 3e9;
const endLines = 20_000;
const maxMs = 200;
const rounds = 7;

/** A sparse 3 GB file with lines only at its end. */
const writeSparse = async (path: string): Promise<void> => {
  const time = Date.UTC(2026, 2, 4, 10);
  const lines = Array.from(
    { length: endLines },
    (_, index) =>
      `${new Date(time + index * 10).toISOString()} INFO order=${index.toString(36)} psp call took ${(index * 37) % 997} ms\n`,
  ).join('');
  await using file = await open(path, 'w');
  await file.truncate(fileBytes);
  await file.write(`\n${lines}the very last line\n`, fileBytes);
};

/** Writes a profile with one log file; returns the command line for it. `more`: further keys of `logs`. */
export const logProfile = async (place: Place, path: string, more = ''): Promise<readonly string[]> => {
  const dir = join(place.dir, 'profiles');
  await mkdir(dir, { recursive: true });
  const sources = `sources:\n  files: { type: file, paths: ["${path}"] }\n`;
  await writeFile(
    join(dir, 'dev.yaml'),
    `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\n${sources}logs: { sources: [files]${more} }\n`,
  );
  return ['--env', 'bench/dev', '--profiles', dir];
};

/** Milliseconds from pressing 8 until the last line of the file is on the terminal. */
const untilShown = async (place: Place, args: readonly string[]): Promise<number> => {
  const argv = [process.execPath, launcher, ...args];
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 40, env: place.env });
  await pty.until((screen) => screen.some((line) => line.includes('Health')), 'the open environment');
  await pty.quiet(500, 3000);
  const shown = Promise.withResolvers<number>();
  const unsubscribe = pty.onWritten(() => {
    if (pty.output().includes('the very last line')) shown.resolve(performance.now());
  });
  const pressedAt = performance.now();
  pty.press('8');
  await pty.until((screen) => screen.some((line) => line.includes('the very last line')), 'its last line');
  const time = await shown.promise;
  unsubscribe();
  return time - pressedAt;
};

/** Time to the first lines of a very large file: on the screen, and as a whole process. */
export const logsFirst = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const path = join(place.dir, 'large.log');
  await writeSparse(path);
  const args = await logProfile(place, path);
  const tail = [process.execPath, launcher, 'logs', ...args, '--tail', '20'];
  const [shown, whole, bare, tails]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    shown.push(await untilShown(place, args));
    whole.push(await timeOf(tail, place, 'the very last line'));
    bare.push(await timeOf([process.execPath, launcher, '--version'], place));
    tails.push(await timeOf(['tail', '-n', '20', path], place, 'the very last line'));
  }
  const took = median(shown);
  const from = `${fileBytes / 1e9} GB, median of ${rounds}`;
  return [
    {
      name: 'Logs of a very large file: pressing 8 → its last lines on the screen',
      value: ms(took),
      target: `≤ ${maxMs} ms`,
      met: took <= maxMs,
      from: `${from}, from ${ms(Math.min(...shown))} up to ${ms(Math.max(...shown))}`,
    },
    {
      name: 'opsdeck logs --tail 20 of it, as a whole process',
      value: ms(median(whole)),
      from: `${from}; opsdeck --version takes ${ms(median(bare))}, tail -n 20 ${ms(median(tails))}`,
    },
  ];
};
