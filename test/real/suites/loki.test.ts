import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { loki } from '../../../src/sources/loki/index.ts';
import { maxEntries, tailSeconds } from '../loki/config.ts';
import { nowNs, push, untilFound } from '../loki/push.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const clock = systemClock();
const never = new AbortController().signal;
const selector = '{namespace="tails"}';
const labels = (pod: string) => ({ namespace: 'tails', app: 'bus', pod });
const second = 1_000_000_000n;

let source: Source;

/** The events up to the awaited one. */
const until = async (
  tail: Tail | undefined,
  from: Partial<ResumePoint>,
  isLast: (event: LogEvent, seen: readonly LogEvent[]) => boolean,
): Promise<readonly LogEvent[]> => {
  const stop = new AbortController();
  const seen: LogEvent[] = [];
  for await (const event of tail?.open({ follow: true, ...from }, stop.signal) ?? []) {
    seen.push(event);
    if (isLast(event, seen)) break;
  }
  stop.abort();
  return seen;
};
const allOf = (tail: Tail | undefined, from: Partial<ResumePoint> = {}): Promise<readonly LogEvent[]> =>
  until(tail, { follow: false, ...from }, () => false);
const textsOf = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'line' ? [event.text] : []));
/** Lines with the same time have no stable order. */
const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
const markOf = (event: LogEvent | undefined): string => (event?.is === 'line' ? (event.mark ?? '') : '');
const tailOf = async (name: string): Promise<Tail | undefined> => (await source.tails?.(name, never))?.[0];

const lineCount = 350;

describe('lines of a real Loki', () => {
  beforeAll(async () => {
    const config = loki.config.parse({ url: `http://127.0.0.1:${server.port}`, query: selector, page: 1000 });
    source = await loki.open({ id: 'loki', env: 'test', config, signals: [] }, openReadIo(clock));
    const begin = nowNs() - 600n * second;
    // Several lines with the same time, some at the edge of a page.
    const lines = Array.from(
      { length: lineCount },
      (_, n) => [begin + BigInt(Math.floor(n / 3)), `line ${n} ${n % 2 === 0 ? 'ERROR' : 'INFO'}`] as const,
    );
    await push(server, labels('bus-0'), lines);
    await push(server, labels('bus-1'), [[begin, '\x1b[31mboom\x1b[0m: it fails\n\tat a.b\n\tat c.d']]);
    await untilFound(server, '{pod="bus-1"}');
  });
  afterAll(() => source.close());

  test('finds, examines and names the streams', async () => {
    expect((await source.doctor?.(never))?.filter(({ ok }) => !ok)).toEqual([]);
    expect((await source.tails?.(undefined, never))?.map(({ stream }) => stream)).toEqual([
      'tails/bus/bus-0',
      'tails/bus/bus-1',
    ]);
  });

  test('the last lines and all lines, across small pages', async () => {
    expect(lineCount).toBeGreaterThan(3 * maxEntries);
    const tail = await tailOf('bus-0');
    const all = textsOf(await allOf(tail));
    const times = all.map((text) => Math.floor(Number(text.split(' ')[1]) / 3));
    expect(times).toEqual(Array.from({ length: lineCount }, (_, n) => Math.floor(n / 3)));
    expect(new Set(all).size).toBe(lineCount);
    // Complete timestamps: the last one has two lines.
    for (const lines of [2, 5, 98, 101, 239])
      expect(sorted(textsOf(await allOf(tail, { lines }))), `${lines} lines`).toEqual(
        sorted(all.slice(-lines)),
      );
  });

  test('resumes after any mark', async () => {
    const tail = await tailOf('bus-0');
    for (const count of [1, 2, 3, 4, 99, 100, 101, 102, 200, lineCount]) {
      const begun = await until(tail, { follow: false }, (_, seen) => seen.length === count);
      const rest = await allOf(tail, { after: markOf(begun.at(-1)) });
      const texts = [...textsOf(begun), ...textsOf(rest)];
      expect(texts, `after ${count}`).toHaveLength(lineCount);
      expect(new Set(texts).size, `after ${count}`).toBe(lineCount);
    }
  });

  test('older lines, up to the start', async () => {
    const tail = await tailOf('bus-0');
    const texts: string[] = [];
    let mark: string | undefined;
    for (let isStart = false; !isStart; ) {
      const before = mark === undefined ? { at: clock.now() } : { mark };
      const older = await tail?.older?.({ ...before, lines: 60 }, never);
      texts.unshift(...textsOf(older?.events ?? []));
      mark = older?.first ?? mark;
      isStart = older?.isStart ?? true;
    }
    expect(sorted(texts)).toEqual(sorted(textsOf(await allOf(tail))));
  });

  test('a colored entry of several lines', async () => {
    const all = await allOf(await tailOf('bus-1'));
    expect(textsOf(all)).toEqual(['boom: it fails', '\tat a.b', '\tat c.d']);
    const filter = { include: [{ text: 'boom: it', regex: false, ignoreCase: false }], exclude: [] };
    expect(textsOf(await allOf(await tailOf('bus-1'), { filter }))).toEqual(textsOf(all));
  });

  test('filters at the source', async () => {
    const filter = {
      include: [{ text: 'line 1\\d\\d ', regex: true, ignoreCase: false }],
      exclude: [{ text: 'info', regex: false, ignoreCase: true }],
    };
    expect(textsOf(await allOf(await tailOf('bus-0'), { filter }))).toHaveLength(50);
  });

  test('followed beyond the lifetime of a tail: each line once, late ones too, in its own stream', async () => {
    const names = ['bus-0', 'bus-1', 'bus-2'];
    await push(server, labels('bus-2'), [[nowNs() - second, 'first']]);
    await untilFound(server, '{pod="bus-2"}');
    const tails = await Promise.all(names.map(tailOf));
    const written = new Map<string, string[]>(names.map((name) => [name, []]));
    const rounds = 4 * (tailSeconds + 2);
    const writing = (async () => {
      for (let round = 0; round < rounds; round += 1) {
        for (const name of names) {
          const texts = [0, 1, 2].map((n) => `news ${round}.${n} of ${name}`);
          const late = round % 5 === 1 ? 2n * second : 0n;
          await push(
            server,
            labels(name),
            texts.map((text) => [nowNs() - late, text]),
          );
          written.get(name)?.push(...texts);
        }
        await clock.sleep(250);
      }
      for (const name of names) await push(server, labels(name), [[nowNs(), 'the end']]);
    })();
    const seen = await Promise.all(
      tails.map((tail) =>
        until(tail, { since: clock.now() - 1000 }, (event) => textsOf([event])[0] === 'the end'),
      ),
    );
    await writing;
    for (const [index, name] of names.entries()) {
      const events = seen[index] ?? [];
      expect(
        textsOf(events)
          .filter((text) => text.startsWith('news'))
          .sort(),
        name,
      ).toEqual(written.get(name)?.sort());
      expect(events.filter(({ is }) => is !== 'line')).toEqual([]);
    }
  });

  test('readers that reconnect see no gaps and no duplicates', async () => {
    const labelled = labels('bus-3');
    await push(server, labelled, [[nowNs(), 'line 0']]);
    await untilFound(server, '{pod="bus-3"}');
    const tail = await tailOf('bus-3');
    const many = 600;
    const writing = (async () => {
      for (let n = 1; n < many; n += 10) {
        const lines = Array.from(
          { length: 10 },
          (_, more) => [nowNs() + BigInt(more >> 2), `line ${n + more}`] as const,
        );
        await push(server, labelled, lines);
        await clock.sleep(20);
      }
    })();
    const all: LogEvent[] = [];
    while (all.length < many && !textsOf(all).includes(`line ${many}`)) {
      const after = all.map(markOf).findLast((mark) => mark !== '');
      const from = after === undefined ? { since: clock.now() - 60_000 } : { after };
      const limit = 1 + ((all.length * 7) % 90);
      all.push(
        ...(await until(
          tail,
          from,
          (event, seen) => seen.length >= limit || textsOf([event])[0] === `line ${many}`,
        )),
      );
    }
    await writing;
    const numbers = textsOf(all).map((text) => Number(text.split(' ')[1]));
    expect(numbers).toEqual([...new Set(numbers)]);
    expect([...numbers].sort((a, b) => a - b)).toEqual([...Array(numbers.length).keys()]);
  });

  test('reports a rejected query with Loki’s message', async () => {
    const config = loki.config.parse({ url: `http://127.0.0.1:${server.port}`, query: '{namespace=~".*"}' });
    const other = await loki.open({ id: 'loki', env: 'test', config, signals: [] }, openReadIo(clock));
    const findings = await other.doctor?.(never);
    await other.close();
    expect(findings?.map(({ ok }) => ok)).toContain(false);
    expect(JSON.stringify(findings)).toContain('queries require at least one regexp or equality matcher');
  });
});
