import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { createKindCounter } from '../support/kind-counter.ts';
import { maskedMessage, nthField } from '../support/masked-message.ts';
import { includes, lensOf } from './made-ring.ts';

describe('counts by message kind', () => {
  test.each([
    ['order 17 took 3.5 ms', 'order # took # ms'],
    ['id 550e8400-e29b-41d4-a716-446655440000 at 0xFF', 'id # at #'],
    ['commit 9f86d081 by deadbeef', 'commit # by deadbeef'],
    ['2026-03-04T10:15:02.114Z up', '#-#-#T#Z up'],
  ])('%s is %s', (message, masked) => expect(maskedMessage(message)).toBe(masked));

  test('a field is the nth word of the line', () => {
    expect(nthField('  a  b\tc ', 3)).toBe('c');
    expect(nthField('a b', 3)).toBeUndefined();
  });

  test('counts shown rows by kind, in slices', () => {
    const ring = new LogRing();
    for (let row = 0; row < 1000; row++)
      ring.appendText(row % 3 === 0 ? `timeout after ${row} ms` : row % 2 === 0 ? 'refused' : 'fine', {
        at: row,
        level: 0,
        stream: 0,
        kind: rowKind.line,
      });
    const filtered = lensOf(ring, [includes('t'), includes('refused')]);
    const tally = createKindCounter(ring, filtered, ({ text }) => maskedMessage(text));
    let slices = 1;
    let checks = 0;
    while (!tally.run(() => checks++ % 3 === 2)) slices++;
    expect(slices).toBeGreaterThan(2);
    expect(tally.top(5)).toEqual([
      { key: 'timeout after # ms', count: 334, last: 999 },
      { key: 'refused', count: 333, last: 998 },
    ]);
    expect([tally.counted, tally.others]).toEqual([667, 0]);
  });

  test('reports rows of kinds beyond the limit separately', () => {
    const ring = new LogRing();
    for (const text of ['a', 'b', 'c', 'b', ''])
      ring.appendText(text, { at: 0, level: 0, stream: 0, kind: rowKind.line });
    const tally = createKindCounter(ring, lensOf(ring, []), ({ text }) => text || undefined, 2);
    expect(tally.run(() => false)).toBe(true);
    expect(tally.top(9).map(({ key, count }) => [key, count])).toEqual([
      ['b', 2],
      ['c', 1],
    ]);
    expect([tally.counted, tally.others]).toEqual([4, 1]);
  });
});
