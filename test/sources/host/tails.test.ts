import { expect, test } from 'vitest';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { type Hosts, never, openHosts } from './hosts.ts';

const files = { files: ['/var/log/eventmesh/*.log'] };

const all = async (tail: Tail, from: ResumePoint): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of tail.open(from, never)) events.push(event);
  return events;
};

/** The requested number of events of a followed stream; advances the clock until they have arrived. */
const following = async (
  hosts: Hosts,
  tail: Tail,
  from: ResumePoint,
  count: number,
): Promise<readonly LogEvent[]> => {
  const stop = new AbortController();
  const events: LogEvent[] = [];
  const reading = (async () => {
    for await (const event of tail.open(from, stop.signal)) {
      events.push(event);
      if (events.length >= count) break;
    }
  })();
  let over = false;
  void reading.finally(() => {
    over = true;
  });
  while (!over) {
    await hosts.clock.advance(250);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await reading;
  stop.abort();
  return events;
};

const linesOf = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.is === 'chunk' ? Buffer.from(event.bytes).toString().split('\n').slice(0, -1) : [],
  );

test('every unit and every file of every host is a stream; `of` selects by unit, file or host', async () => {
  await using hosts = await openHosts({ config: files });
  const streams = async (of?: string) => (await hosts.source.tails?.(of, never))?.map(({ stream }) => stream);
  expect(await streams()).toEqual([
    'vm-1/eventmesh-api',
    'vm-1:/var/log/eventmesh/api.log',
    'vm-2/eventmesh-api',
    'vm-2:/var/log/eventmesh/api.log',
  ]);
  expect(await streams('eventmesh-api.service')).toEqual(['vm-1/eventmesh-api', 'vm-2/eventmesh-api']);
  expect(await streams('vm-2')).toEqual(['vm-2/eventmesh-api', 'vm-2:/var/log/eventmesh/api.log']);
  expect(await streams('/var/log/eventmesh/api.log')).toHaveLength(2);
});

test('the journal resumes after a mark, without repeating or losing an entry', async () => {
  await using hosts = await openHosts({ incident: 'crashed' });
  const tail = await hosts.tail('vm-1/eventmesh-api');
  const whole = await all(tail, { lines: 5, follow: false });
  expect(whole).toHaveLength(5);
  for (const event of whole)
    expect(event).toMatchObject({ is: 'line', at: expect.any(Number), mark: expect.any(String) });
  const third = whole[2];
  const mark = third?.is === 'line' ? (third.mark ?? '') : '';
  expect(await all(tail, { after: mark, follow: false })).toEqual(whole.slice(3));
});

test('older journal entries are those before a mark or time; a deleted one leaves a gap', async () => {
  await using hosts = await openHosts({ incident: 'crashed' });
  const tail = await hosts.tail('vm-1/eventmesh-api');
  const whole = await all(tail, { lines: 1000, follow: false });
  const marks = whole.map((event) => (event.is === 'line' ? (event.mark ?? '') : ''));
  const back = await tail.older?.({ mark: marks[4] ?? '', lines: 2 }, never);
  expect(back).toEqual({ events: whole.slice(2, 4), isStart: false, first: marks[2] });
  const rest = await tail.older?.({ mark: back?.first ?? '', lines: 2 }, never);
  expect(rest).toEqual({ events: whole.slice(0, 2), isStart: true, first: marks[0] });
  expect((await tail.older?.({ at: hosts.clock.now(), lines: 1000 }, never))?.events).toEqual(whole);
  // The priority is the level of messages without one.
  const started = whole.find((event) => event.is === 'line' && event.text.startsWith('Started '));
  expect(started).toMatchObject({ level: 'info' });
  expect(
    whole.filter((event) => event.is === 'line' && /^ *WARN /.test(event.text) && 'level' in event),
  ).toEqual([]);

  const { journal } = hosts.machine('vm-1');
  for (let number = 0; number < 2000; number += 1)
    journal.write({ at: hosts.env().now, text: `after ${number}`, unit: 'eventmesh-api' });
  const [gap, first] = await all(tail, { after: marks[0] ?? '', follow: false });
  expect(gap).toMatchObject({ is: 'gap' });
  expect(first).toMatchObject({ is: 'line', text: 'after 0' });
});

test('new lines are returned as they are written', async () => {
  await using hosts = await openHosts({ config: files });
  const file = await following(
    hosts,
    await hosts.tail('vm-1:/var/log/eventmesh/api.log'),
    { lines: 1, follow: true },
    3,
  );
  const lines = linesOf(file);
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(new Set(lines).size).toBe(lines.length);
  expect([...lines].sort()).toEqual(lines);

  const journal = hosts.tail('vm-1/eventmesh-api');
  const machine = hosts.machine('vm-1');
  machine.stop(hosts.env().now);
  expect(await following(hosts, await journal, { lines: 1, follow: true }, 1)).toMatchObject([
    { is: 'line', text: 'Stopped eventmesh-api.service - eventmesh-api.' },
  ]);
});

test('a missing file is a fault of its stream only', async () => {
  await using hosts = await openHosts({ config: { files: ['/var/log/nothing.log'] } });
  expect(await all(await hosts.tail('vm-1:/var/log/nothing.log'), { lines: 5, follow: false })).toMatchObject(
    [
      {
        is: 'fault',
        fault: {
          kind: 'missing',
          source: 'hosts',
          message: expect.stringContaining('vm-1: tail /var/log/nothing.log: '),
        },
      },
    ],
  );
});

test('a file resumes after its mark, across rotations; older lines are those before it', async () => {
  await using hosts = await openHosts({ config: { files: ['/var/log/eventmesh/api.log'] } });
  const tail = await hosts.tail('vm-1:/var/log/eventmesh/api.log');
  const whole = await all(tail, { follow: false });
  const chunk = whole.at(-1);
  const mark = chunk?.is === 'chunk' ? (chunk.mark ?? '') : '';
  const { log } = hosts.machine('vm-1');
  const now = hosts.env().now;
  log.write({ at: now, text: ' INFO one' });
  log.rotate();
  log.write({ at: now, text: ' INFO two' });
  const rest = await all(tail, { after: mark, follow: false });
  expect(linesOf(rest).map((line) => line.split(' ').at(-1))).toEqual(['one', 'two']);
  expect(rest.filter(({ is }) => is !== 'chunk')).toEqual([{ is: 'note', text: 'rotated' }]);
  log.rotate();
  log.write({ at: now, text: ' INFO three' });
  const older = await tail.older?.({ at: hosts.clock.now() + 60_000, lines: 4 }, never);
  expect(
    linesOf(older?.events ?? [])
      .map((line) => line.split(' ').at(-1))
      .slice(1),
  ).toEqual(['one', 'two', 'three']);
});
