import { expect, test } from 'vitest';
import { createLineScan } from '../../../src/logs/following/line-scan.ts';
import { matchingTail } from '../../../src/logs/following/matching-tail.ts';
import type { LogEvent, Tail } from '../../../src/logs/reading/tail.ts';

const filter = { include: [{ text: 'ERROR', regex: false, ignoreCase: false }], exclude: [] };
const judging = () => ({ scan: createLineScan(filter, () => 0), inTime: <T>(work: () => T): T => work() });

/** A stream that grows between any two reads. */
const busyTail = (written: string[], more: readonly string[]): Tail => ({
  stream: 'busy',
  open: async function* ({ lines }): AsyncGenerator<LogEvent> {
    for (const text of written.slice(lines === undefined ? 0 : -lines)) yield { is: 'line', text };
    written.push(...more);
  },
});

test.each([1, 200, 1500])('%d lines written during the search hide no passing line', async (count) => {
  const written = [...Array.from({ length: 9000 }, (_, index) => `INFO ${index}`), 'ERROR it', 'INFO last'];
  const tail = matchingTail(
    busyTail(
      written,
      Array.from({ length: count }, () => 'INFO new'),
    ),
    1,
    { judgingOf: judging },
  );
  const given: string[] = [];
  for await (const event of tail.open({ follow: false }, new AbortController().signal))
    if (event.is === 'line') given.push(event.text);
  expect(given.filter((text) => text.startsWith('ERROR'))).toEqual(['ERROR it']);
  expect(given.length).toBeLessThan(written.length);
});

test('without following, only the last passing lines are given, with their context and all faults', async () => {
  const written = Array.from(
    { length: 4000 },
    (_, index) => `${index % 10 === 5 ? 'ERROR' : 'INFO'} ${index}`,
  );
  const fault = {
    source: 'app',
    kind: 'unreachable',
    message: 'connection lost',
    call: 'logs',
    at: 0,
  } as const;
  const stream = busyTail(written, []);
  const faulty: Tail = {
    ...stream,
    open: async function* (from, signal) {
      yield* stream.open(from, signal);
      yield { is: 'fault', fault };
    },
  };
  const events: LogEvent[] = [];
  const tail = matchingTail(faulty, 2, { judgingOf: judging, context: 1 });
  for await (const event of tail.open({ follow: false }, new AbortController().signal)) events.push(event);
  const shown = events.map((event) => (event.is === 'line' ? event.text : event.is));
  expect(shown).toEqual(['fault', ...written.slice(3984)]);
});
