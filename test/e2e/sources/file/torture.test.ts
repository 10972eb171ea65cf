import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LogEvent, Tail } from '../../../../src/logs/reading/tail.ts';
import { openLogDir } from '../../../sources/file/reading.ts';

const writer = fileURLToPath(new URL('torture-writer.ts', import.meta.url));
const total = 2500;

/** Line numbers in order of arrival, and 'gap' where lines may be missing. */
type Received = (number | 'gap')[];

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
  onReceived: (received: Received) => void,
): Promise<Received> => {
  const received: Received = [];
  let mark: string | undefined;
  const take = (event: LogEvent): void => {
    if (event.is === 'gap') received.push('gap');
    if (event.is === 'fault') throw new Error(event.fault.message);
    if (event.is !== 'chunk') return;
    mark = event.mark ?? mark;
    for (const line of Buffer.from(event.bytes).toString().split('\n').slice(0, -1))
      received.push(Number(/^line (\d+) x*$/.exec(line)?.[1]));
    onReceived(received);
  };
  while (received.at(-1) !== total) {
    const stop = new AbortController();
    const from = mark === undefined ? {} : { after: mark };
    let left = breaks ? Math.ceil(25 * chance()) : Number.POSITIVE_INFINITY;
    for await (const event of tail.open({ follow: true, ...from }, stop.signal)) {
      take(event);
      // Without a mark there is no position to resume from.
      if (mark !== undefined) left -= 1;
      if (left <= 0 || received.at(-1) === total) break;
    }
    stop.abort();
  }
  return received;
};

const run = async (operations: string, seed: number, breaks: boolean): Promise<Received> => {
  const logs = await openLogDir(['app.log']);
  await writeFile(logs.path('app.log'), '');
  const argv = [writer, logs.path('app.log'), String(seed), String(total), operations];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let read = 0;
  let awaited = Number.POSITIVE_INFINITY;
  const answer = (): void => {
    if (read < awaited) return;
    awaited = Number.POSITIVE_INFINITY;
    child.stdin.write('.');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    awaited = Number(text);
    answer();
  });
  const onReceived = (received: Received): void => {
    const last = received.at(-1);
    read = typeof last === 'number' && last > read ? last : read;
    answer();
  };
  const received = await readTo(await logs.tail('app.log'), random(seed), breaks, onReceived);
  await exited;
  return received;
};

const seeds = [1, 2];

test.each(seeds)('repeated renames: returns every line once, in order, without gaps (%i)', async (seed) => {
  const received = await run('rename', seed, false);
  expect(received).toEqual(Array.from({ length: total }, (_, index) => index + 1));
});

test.each(seeds)(
  'repeated renames with lost connections: returns every line once, in order, without gaps (%i)',
  async (seed) => {
    const received = await run('rename', seed, true);
    expect(received).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  },
);

/** Returns the errors: missing numbers without a gap, and repeated numbers. */
const errorsIn = (received: Received): readonly string[] => {
  const wrong: string[] = [];
  let last = 0;
  let gap = false;
  for (const [index, number] of received.entries()) {
    if (number === 'gap') {
      gap = true;
      continue;
    }
    if (Number.isNaN(number)) {
      // A line that was truncated with the file: the gap is told before it, or directly after its first half.
      if (!gap && received[index + 1] !== 'gap') wrong.push(`a partial line after ${last}`);
      continue;
    }
    if (number <= last) wrong.push(`${number} after ${last}`);
    if (number !== last + 1 && !gap) wrong.push(`no gap between ${last} and ${number}`);
    [last, gap] = [number, false];
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
  async (seed, operations, breaks) => {
    expect(errorsIn(await run(operations, seed, breaks))).toEqual([]);
  },
);
