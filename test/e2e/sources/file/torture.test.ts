import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LogEvent, Tail } from '../../../../src/logs/reading/tail.ts';
import { openLogDir } from '../../../sources/file/reading.ts';

const writer = fileURLToPath(new URL('torture-writer.ts', import.meta.url));
const total = 2500;

/** The output of a reader: line numbers in order of arrival, and 'gap' where lines may be missing. */
type Shown = (number | 'gap')[];

const random = (start: number): (() => number) => {
  let seed = start;
  return () => {
    seed = (seed * 69_069 + 1) % 4_294_967_296;
    return seed / 4_294_967_296;
  };
};

/** Reads until the last line. With `breaks`, it stops at random events and resumes after the last mark, as after a lost connection. */
const readTo = async (
  tail: Tail,
  chance: () => number,
  breaks: boolean,
  onShown: (shown: Shown) => void,
): Promise<Shown> => {
  const shown: Shown = [];
  let mark: string | undefined;
  const take = (event: LogEvent): void => {
    if (event.is === 'gap') shown.push('gap');
    if (event.is === 'fault') throw new Error(event.fault.message);
    if (event.is !== 'chunk') return;
    mark = event.mark ?? mark;
    for (const line of Buffer.from(event.bytes).toString().split('\n').slice(0, -1))
      shown.push(Number(/^line (\d+) x*$/.exec(line)?.[1]));
    onShown(shown);
  };
  while (shown.at(-1) !== total) {
    const stop = new AbortController();
    const from = mark === undefined ? {} : { after: mark };
    let left = breaks ? Math.ceil(25 * chance()) : Number.POSITIVE_INFINITY;
    for await (const event of tail.open({ follow: true, ...from }, stop.signal)) {
      take(event);
      // Without a mark there is no position to resume from.
      if (mark !== undefined) left -= 1;
      if (left <= 0 || shown.at(-1) === total) break;
    }
    stop.abort();
  }
  return shown;
};

const run = async (acts: string, seed: number, breaks: boolean): Promise<Shown> => {
  const logs = await openLogDir(['app.log']);
  await writeFile(logs.path('app.log'), '');
  const argv = [writer, logs.path('app.log'), String(seed), String(total), acts];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const over = once(child, 'exit');
  let [read, awaited] = [0, Number.POSITIVE_INFINITY];
  const answer = (): void => {
    if (read < awaited) return;
    awaited = Number.POSITIVE_INFINITY;
    child.stdin.write('.');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    awaited = Number(text);
    answer();
  });
  const onShown = (shown: Shown): void => {
    const last = shown.at(-1);
    read = typeof last === 'number' && last > read ? last : read;
    answer();
  };
  const shown = await readTo(await logs.tail('app.log'), random(seed), breaks, onShown);
  await over;
  return shown;
};

const seeds = [1, 2];

test.each(seeds)('repeated renames: returns every line once, in order, without gaps (%i)', async (seed) => {
  const shown = await run('rename', seed, false);
  expect(shown).toEqual(Array.from({ length: total }, (_, index) => index + 1));
});

test.each(seeds)(
  'repeated renames with lost connections: returns every line once, in order, without gaps (%i)',
  async (seed) => {
    const shown = await run('rename', seed, true);
    expect(shown).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  },
);

/** Returns the errors: missing numbers without a gap, and repeated numbers. */
const errorsIn = (shown: Shown): readonly string[] => {
  const wrong: string[] = [];
  let [last, gap] = [0, false];
  for (const one of shown) {
    if (one === 'gap') {
      gap = true;
      continue;
    }
    if (Number.isNaN(one)) {
      // A line that was truncated with the file.
      if (!gap) wrong.push(`half a line after ${last}`);
      continue;
    }
    if (one <= last) wrong.push(`${one} after ${last}`);
    if (one !== last + 1 && !gap) wrong.push(`no gap between ${last} and ${one}`);
    [last, gap] = [one, false];
  }
  return wrong;
};

test.each([
  [1, 'copy', false],
  [2, 'cut', true],
  [3, 'rename,copy', true],
  [4, 'delete', false],
  [5, 'rename,copy,cut,delete', false],
  // Not delete with breaks: a file that is deleted while the reader is disconnected leaves no trace.
  [6, 'copy,cut', true],
] as const)(
  'seed %i, %s, breaks %s: no line is lost without a gap or repeated',
  async (seed, acts, breaks) => {
    expect(errorsIn(await run(acts, seed, breaks))).toEqual([]);
  },
);
