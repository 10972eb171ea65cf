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
    judging,
  );
  const given: string[] = [];
  for await (const event of tail.open({ follow: false }, new AbortController().signal))
    if (event.is === 'line') given.push(event.text);
  expect(given.filter((text) => text.startsWith('ERROR'))).toEqual(['ERROR it']);
  expect(given.length).toBeLessThan(written.length);
});
