import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { seededRandom } from '../../../src/simulator/model/spec/seeded-random.ts';
import { type Fixture, labelsOf, openFixture, until } from './fixture.ts';

const pods = ['bus-0', 'bus-1', 'bus-2'];
const lines = 1500;
/** Longer than a cut socket takes to reopen and to read what was missed. */
const settledMs = 400;

/** Writes distinct lines to random streams, sometimes several at the same time. */
const writeSome = (fixture: Fixture, chance: () => number, lateMs: number) => {
  let written = 0;
  const byPod = new Map<string, string[]>(pods.map((pod) => [pod, []]));
  const stop = fixture.clock.every(5, () => {
    for (let some = Math.floor(12 * chance()); some > 0 && written < lines; some -= 1, written += 1) {
      const pod = pods[Math.floor(chance() * pods.length)] ?? '';
      const text = `${pod} line ${written}`;
      const late = chance() < 0.1 ? lateMs * chance() : 0;
      fixture.store.write(
        { ...labelsOf('bus', pod), level: chance() < 0.5 ? 'a' : 'b' },
        fixture.clock.now() - late,
        text,
      );
      byPod.get(pod)?.push(text);
    }
    if (written === lines) {
      stop();
      void end();
    }
  });
  /** Readers stop at this line: it is written once no later one can precede it. */
  const end = async (): Promise<void> => {
    await fixture.clock.sleep(lateMs + settledMs);
    for (const pod of pods) fixture.store.write(labelsOf('bus', pod), fixture.clock.now() + 5, 'the end');
  };
  return byPod;
};

const isEnd = (event: LogEvent): boolean => event.is === 'line' && event.text === 'the end';
const linesIn = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'line' && event.text !== 'the end' ? [event.text] : [])).sort();

const open = async (noSocket: boolean): Promise<Fixture> => {
  const fixture = await openFixture({ noSocket, config: { page: 50, stream: ['pod'] } });
  for (const pod of pods)
    fixture.store.write(labelsOf('bus', pod), fixture.clock.now() - 60_000, 'the begin');
  return fixture;
};

test.each([
  ['over a socket', false],
  ['polled every second', true],
])('readers that stop at any line and resume after it miss and repeat nothing: %s', async (_, noSocket) => {
  await using fixture = await open(noSocket);
  const chance = seededRandom(`readers ${noSocket}`);
  const since = fixture.clock.now() - 1000;
  const tails = await fixture.tails();
  const written = writeSome(fixture, chance, 0);
  const read = await Promise.all(
    tails.map(async (tail) => {
      const all: LogEvent[] = [];
      let mark: string | undefined;
      while (!all.some(isEnd)) {
        const most = 1 + Math.floor(chance() * 200);
        const from = mark === undefined ? { since } : { after: mark };
        const some = await until(tail, from, (event, seen) => isEnd(event) || seen.length >= most);
        all.push(...some);
        for (const event of some) if (event.is === 'line') mark = event.mark ?? mark;
      }
      return linesIn(all);
    }),
  );
  expect(read).toEqual(tails.map(({ stream }) => written.get(stream)?.sort()));
});

test('a socket cut at any time loses nothing, including late lines', async () => {
  await using fixture = await open(false);
  const chance = seededRandom('sockets');
  const since = fixture.clock.now() - 1000;
  const tails = await fixture.tails();
  const written = writeSome(fixture, chance, 800);
  let quiet = 0;
  // After two cuts it is kept until it has received something: a third silent one would count as missing socket
  // support.
  const stop = fixture.clock.every(20, () => {
    quiet += 1;
    if (quiet % 15 === 0) fixture.cut();
  });
  const read = await Promise.all(tails.map(async (tail) => linesIn(await until(tail, { since }, isEnd))));
  stop();
  // Sockets that end at once are opened with growing pauses.
  expect(fixture.sockets(), 'it was cut').toBeGreaterThan(2);
  expect(read).toEqual(tails.map(({ stream }) => written.get(stream)?.sort()));
});

test('a reader that is too slow for the socket reads from Loki and loses nothing', async () => {
  await using fixture = await open(false);
  const pod = 'bus-0';
  const [tail] = await fixture.tails(`pod=${pod}`);
  const many = 12_000;
  let hasWritten = false;
  const seen = await until(tail, { lines: 1 }, (event) => {
    if (!hasWritten) {
      hasWritten = true;
      const begin = fixture.clock.every(20, () => {
        if (fixture.sockets() === 0) return;
        for (let n = 0; n < many; n += 1)
          fixture.store.write(
            { ...labelsOf('bus', pod), shard: `${n % 4}` },
            fixture.clock.now(),
            `line ${n}`,
          );
        fixture.store.write(labelsOf('bus', pod), fixture.clock.now() + 10, 'the end');
        begin();
      });
    }
    return isEnd(event);
  });
  expect(linesIn(seen).filter((text) => text !== 'the begin')).toHaveLength(many);
  expect(new Set(linesIn(seen)).size).toBe(many + 1);
});
