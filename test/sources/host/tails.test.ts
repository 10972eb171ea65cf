import { expect, test } from 'vitest';
import type { LogEvent, Resume, Tail } from '../../../src/sources/tail.ts';
import { type Hosts, never, openHosts } from './hosts.ts';

const files = { files: ['/var/log/eventmesh/*.log'] };

const all = async (tail: Tail, from: Resume): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of tail.open(from, never)) events.push(event);
  return events;
};

/** As many events as wanted of a stream that is followed; time moves until they have come. */
const following = async (
  hosts: Hosts,
  tail: Tail,
  from: Resume,
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

test('every unit and every file of every host is a stream; `of` chooses by unit, file or host', async () => {
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

test('the journal resumes behind a mark, without repeating and without losing an entry', async () => {
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

test('what is written from now on comes as it is written', async () => {
  await using hosts = await openHosts({ config: files });
  const file = await following(
    hosts,
    await hosts.tail('vm-1:/var/log/eventmesh/api.log'),
    { lines: 1, follow: true },
    3,
  );
  const numbers = file.map((event) => (event.is === 'line' ? event.text.slice(0, 20) : event.is));
  expect(new Set(numbers).size).toBe(3);
  expect([...numbers].sort()).toEqual(numbers);

  const journal = hosts.tail('vm-1/eventmesh-api');
  const machine = hosts.machine('vm-1');
  machine.stop(hosts.env().now);
  expect(await following(hosts, await journal, { lines: 1, follow: true }, 1)).toMatchObject([
    { is: 'line', text: 'Stopped eventmesh-api.service - eventmesh-api.' },
  ]);
});

test('a file that is not there is a fault of its stream, and of no other', async () => {
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

test('after a break a file begins anew, and says that it cannot know', async () => {
  await using hosts = await openHosts({ config: files });
  const tail = await hosts.tail('vm-1:/var/log/eventmesh/api.log');
  expect(await all(tail, { after: 'anything', follow: false })).toEqual([
    { is: 'gap', why: 'a file does not tell where it was left' },
  ]);
});
