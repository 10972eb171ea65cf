import { expect, test } from 'vitest';
import { createLineScan } from '../../../src/logs/following/line-scan.ts';
import { matchingTail, pastMatchingTail } from '../../../src/logs/following/matching-tail.ts';
import type { LogEvent, OlderLinesRequest, Tail } from '../../../src/logs/reading/tail.ts';
import { longTest } from '../../support/layer.ts';

/** A container that has written a line each ms, every 700th of them 'rare'; its past is read by time. */
const container = (linesRequests: OlderLinesRequest[]): Tail => ({
  stream: 'a',
  open: () => {
    throw new Error('read forwards');
  },
  older: async (before) => {
    linesRequests.push(before);
    const { at = 0, lines } = before;
    const from = Math.max(0, at - lines);
    const events = Array.from({ length: at - from }, (_, nth): LogEvent => {
      const time = from + nth;
      return { is: 'line', at: time, text: `${time % 700 === 0 ? 'rare' : 'often'} ${time}` };
    });
    return { events, isStart: from === 0 };
  },
});

const texts = async (tail: Tail): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const event of tail.open({ follow: false }, new AbortController().signal))
    if (event.is === 'line') found.push(event.text);
  return found;
};

const judging = (include: string) => () => ({
  scan: createLineScan(
    { include: [{ text: include, regex: false, ignoreCase: false }], exclude: [] },
    () => 0,
  ),
  inTime: <T>(work: () => T): T => work(),
});

test('reads backward until enough lines pass, and starts with the first of them', async () => {
  const linesRequests: OlderLinesRequest[] = [];
  const found = await texts(pastMatchingTail(container(linesRequests), 50_000, 3, judging('rare')));
  expect([found[0], found.at(-1)]).toEqual(['rare 48300', 'often 49999']);
  expect(linesRequests).toEqual([
    { at: 50_000, lines: 1000 },
    { at: 49_000, lines: 8000 },
  ]);
});

test('returns all lines if there are fewer, and none if none are requested', async () => {
  expect(await texts(pastMatchingTail(container([]), 900, 3, judging('rare')))).toHaveLength(900);
  expect(await texts(pastMatchingTail(container([]), 900, 0, judging('rare')))).toEqual([]);
});

longTest(
  'of a stream that filters at the source, only passing lines are counted, if it reports them',
  async () => {
    const lines = Array.from({ length: 30_000 }, (_, index): LogEvent => {
      return { is: 'line', at: index, text: `${index % 700 === 0 ? 'rare' : 'often'} ${index}` };
    });
    const loki: Tail = {
      stream: 'a',
      filters: true,
      open: async function* ({ lines: count = lines.length }) {
        yield* count === 0 ? [] : lines.slice(-count);
      },
    };
    const found = await texts(pastMatchingTail(loki, 20_000, 2, judging('rare')));
    expect([found[0], found.at(-1)]).toEqual(['rare 18900', 'often 19999']);
    const last = await texts(matchingTail(loki, 1, { judgingOf: judging('rare') }));
    expect(last.filter((text) => text.startsWith('rare'))).toContain('rare 29400');
  },
);
