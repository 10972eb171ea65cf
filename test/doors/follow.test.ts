import { expect, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { ProgramEvent } from '../../src/platform/processes/program.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { longTest } from '../support/layer.ts';

const never = new AbortController().signal;
const script = (text: string) => ({ argv: [process.execPath, '-e', text] });
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const follow = async (text: string, signal = never): Promise<readonly ProgramEvent[]> => {
  const io = openReadIo(systemClock());
  const events: ProgramEvent[] = [];
  try {
    for await (const event of io.follow(script(text), signal)) events.push(event);
  } finally {
    await io.close();
  }
  return events;
};

const linesOf = (events: readonly ProgramEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'line' ? [event.text] : []));

longTest('yields the lines of stdout and stderr, then the exit status', async () => {
  const events = await follow('console.log("one"); console.log("\\u001b[31mtwo"); process.exitCode = 3');
  expect(linesOf(events)).toEqual(['one', 'two']);
  expect(events.at(-1)).toMatchObject({ is: 'ended', end: { status: 3 } });
});

test('yields lines while the program runs; a reader that stops ends the program', async () => {
  const io = openReadIo(systemClock());
  let pid = 0;
  const events = io.follow(script('console.log(process.pid); setInterval(() => {}, 1000)'), never);
  for await (const event of events) {
    if (event.is !== 'line') continue;
    pid = Number(event.text);
    expect(isAlive(pid)).toBe(true);
    break;
  }
  expect(isAlive(pid)).toBe(false);
  await io.close();
});

test('the signal ends the program', async () => {
  const stop = new AbortController();
  const io = openReadIo(systemClock());
  let pid = 0;
  const read = async (): Promise<void> => {
    for await (const event of io.follow(
      script('console.log(process.pid); setInterval(() => {}, 1000)'),
      stop.signal,
    )) {
      if (event.is === 'line') pid = Number(event.text);
      stop.abort();
    }
  };
  await expect(read()).rejects.toMatchObject({ name: 'ProgramError', kind: 'cancelled' });
  expect(isAlive(pid)).toBe(false);
  await io.close();
});

test('closing the io ends its programs', async () => {
  const io = openReadIo(systemClock());
  const events = io
    .follow(script('console.log(process.pid); setInterval(() => {}, 1000)'), never)
    [Symbol.asyncIterator]();
  const first = await events.next();
  const pid = first.value?.is === 'line' ? Number(first.value.text) : 0;
  const next = expect(events.next()).rejects.toMatchObject({ kind: 'cancelled' });
  await io.close();
  await next;
  expect(isAlive(pid)).toBe(false);
});

longTest('yields all lines without a limit', async () => {
  const events = await follow('for (let n = 0; n < 60_000; n++) console.log("a line of a log, number " + n)');
  const lines = linesOf(events);
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([
    60_000,
    'a line of a log, number 0',
    'a line of a log, number 59999',
  ]);
  expect(events.at(-1)).toMatchObject({ is: 'ended', end: { status: 0 } });
});

test('reports a missing program', async () => {
  const io = openReadIo(systemClock());
  const events = io.follow({ argv: ['missing-program'] }, never)[Symbol.asyncIterator]();
  await expect(events.next()).rejects.toMatchObject({ name: 'ProgramError', kind: 'missing' });
  await io.close();
});
