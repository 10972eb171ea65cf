import { afterEach, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { docker } from '../../../src/sources/docker/index.ts';
import { runContainer, type Wanted } from '../docker/containers.ts';
import { askEngine, callEngine } from '../docker/engine.ts';
import { openSocketPort, type SocketPort } from '../docker/socket-port.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const never = new AbortController().signal;
let stack = new AsyncDisposableStack();

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

const run = async (wanted: Wanted) => stack.use(await runContainer(socket, wanted));

const open = async (entry: Readonly<Record<string, unknown>> = { socket }) => {
  const config = docker.config.parse({ project: 'shop', ...entry });
  const source = await docker.open({ id: 'd', env: 'test', config, signals: [] }, openReadIo(systemClock()));
  stack.defer(() => source.close());
  return source;
};

const tailOf = async (of: string, entry?: Readonly<Record<string, unknown>>): Promise<Tail> => {
  const [tail] = (await (await open(entry)).tails?.(of, never)) ?? [];
  if (tail === undefined) throw new Error(`no tail of ${of}`);
  return tail;
};

const wordOf = (event: LogEvent): string => {
  if (event.is === 'line') return event.text;
  return event.is === 'note' ? `(${event.text})` : event.is;
};

const read = async (tail: Tail, from: ResumePoint = { follow: false }): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of tail.open(from, never)) events.push(event);
  return events;
};

const markOf = (events: readonly LogEvent[]): { readonly after?: string } => {
  const mark = events.flatMap((event) => (event.is === 'line' ? [event.mark ?? ''] : [])).at(-1);
  return mark === undefined ? {} : { after: mark };
};

/** A script that counts, and continues after a restart: its last number is stored in a file. */
const counting = (count: number, end: string): string =>
  `n=$(cat /n 2>/dev/null || echo 0); i=0; while [ $i -lt ${count} ]; do i=$((i+1)); n=$((n+1)); echo $n; echo $n > /n; sleep 0.02; done; ${end}`;

test('a follow ends with the run; resumed, it continues with the rest, a note and the next run, without duplicates or gaps', async () => {
  const { id } = await run({
    name: 'shop-count-1',
    script: counting(40, 'exit 3'),
    service: ['shop', 'count'],
  });
  const tail = await tailOf('count');
  expect(tail.uid).toBe(id);
  const first = [...(await read(tail, { follow: true }))];
  expect(first.map(wordOf)).toEqual(Array.from({ length: 40 }, (_, n) => String(n + 1)));

  // It runs once more without a reader; then read from the middle of the first run.
  await askEngine(socket, 'POST', `/containers/${id}/start`);
  await until('the second run has exited', async () => (await read(tail)).length >= 80);
  const rest = await read(tail, { follow: true, ...markOf(first.slice(0, 25)) });
  expect(rest.map(wordOf)).toEqual([
    ...Array.from({ length: 15 }, (_, n) => String(n + 26)),
    '(container restarted (exit 3))',
    ...Array.from({ length: 40 }, (_, n) => String(n + 41)),
  ]);
  expect(await read(tail, { follow: true, ...markOf(rest) })).toEqual([]);
  const before = await read(tail, { follow: false, previous: true, lines: 10 });
  expect(before.map(wordOf)).toEqual(Array.from({ length: 10 }, (_, n) => String(n + 31)));
});

test('reports that a container was killed at the start of the next run', async () => {
  const { id } = await run({
    name: 'shop-killed-1',
    script: 'echo up; while :; do sleep 0.1; done',
    service: ['shop', 'killed'],
  });
  const tail = await tailOf('killed');
  await until('the first line is logged', async () => (await read(tail)).length === 1);
  const events = await read(tail);
  await callEngine(socket, 'POST', `/containers/${id}/kill`);
  await askEngine(socket, 'POST', `/containers/${id}/start`);
  await until('the second line is logged', async () => (await read(tail)).length === 2);
  expect((await read(tail, { follow: false, ...markOf(events) })).map(wordOf)).toEqual([
    '(container restarted (exit 137))',
    'up',
  ]);
});

test('reads all written lines over a connection that is cut repeatedly', async () => {
  await run({ name: 'shop-cut-1', script: counting(150, 'sleep 60'), service: ['shop', 'cut'] });
  const seen: LogEvent[] = [];
  let forward: SocketPort = await openSocketPort(socket);
  stack.defer(() => forward.close());
  for (let cuts = 0; seen.filter(({ is }) => is === 'line').length < 150; cuts += 1) {
    const tail = await tailOf('cut', { host: `http://127.0.0.1:${forward.port}` });
    const cutAt = seen.length + 1 + ((cuts * 7) % 23);
    for await (const event of tail.open({ follow: true, ...markOf(seen) }, never)) {
      if (event.is !== 'fault') seen.push(event);
      if (seen.length >= cutAt || seen.length >= 150) await forward.close();
    }
    forward = await openSocketPort(socket);
  }
  expect(seen.map(wordOf)).toEqual(Array.from({ length: 150 }, (_, n) => String(n + 1)));
});

test('older lines, page by page, down to the start', async () => {
  await run({ name: 'shop-old-1', script: counting(100, 'sleep 60'), service: ['shop', 'old'] });
  const tail = await tailOf('old');
  await until('all lines are logged', async () => (await read(tail)).length === 100);
  const newest = await read(tail, { follow: false, lines: 10 });
  const seen: string[] = [];
  let mark = newest[0]?.is === 'line' ? (newest[0].mark ?? '') : '';
  for (let isStart = false; !isStart; ) {
    const older = await tail.older?.({ mark, lines: 33 }, never);
    if (older === undefined) throw new Error('the tail has no older lines');
    seen.unshift(...older.events.map(wordOf));
    [mark, isStart] = [older.first ?? '', older.isStart];
  }
  expect(seen).toEqual(Array.from({ length: 90 }, (_, n) => String(n + 1)));
});

test('truncates a line of 3 MiB, in frames and from a terminal, and notes the size of the rest', async () => {
  const script = 'head -c 3145728 /dev/zero | tr "\\0" x; echo; echo next; sleep 60';
  await run({ name: 'shop-wide-1', script, service: ['shop', 'wide'] });
  await run({ name: 'shop-widetty-1', script, service: ['shop', 'widetty'], tty: true });
  for (const of of ['wide', 'widetty']) {
    const tail = await tailOf(of);
    await until('all lines are logged', async () => (await read(tail)).length === 2);
    const [wide = '', next] = (await read(tail)).map(wordOf);
    expect(next).toBe('next');
    expect(wide).toMatch(/^x{1040000,} … 2 MiB more$/);
  }
});
