import { describe, expect, test } from 'vitest';
import type { FeedInfo } from '../../../src/domain/facts/reading.ts';
import { deriveAccessKeys } from '../../../src/persistence/team/readings/access-key.ts';
import { createDatabaseClock } from '../../../src/persistence/team/readings/database-clock.ts';
import type { ReadingRow } from '../../../src/persistence/team/readings/reading-rows.ts';
import { openReading, readerText, stampText } from '../../../src/persistence/team/readings/verify-row.ts';

const info: FeedInfo = {
  ...{ id: 'prom/query:orders', source: 'prom', name: 'query', kind: 'samples', signals: ['orders'] },
  ...{ everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 },
};
const text = (value: number, signal = 'orders') =>
  JSON.stringify({ items: [{ source: 'prom', at: 0, signal, value, labels: {} }], samples: [] });
const keys = await deriveAccessKeys('everything', 'salt');
const key = keys.rowOf(info.id);
const sent = 1_000_000;

/** A row that was published with the access, and its sealed text. */
const published = (content: string, more: Partial<ReadingRow> = {}) => {
  const reader = readerText({ user: 'ana', host: 'ana-desk' });
  const parts = { key, began: '1764000000000000', tookMs: 40, digest: keys.digest(content), reader, ...more };
  const row: ReadingRow = { ...parts, ageMs: 3000, stamp: keys.stamp(stampText(parts)), ...more };
  return { row, sealed: keys.seal(key, content) };
};

const open = (
  { row, sealed }: ReturnType<typeof published>,
  call = { info, known: undefined as { digest: string; text: string } | undefined },
  time = createDatabaseClock(),
) => openReading(row, { call, keys }, { sent, time, sealed: async () => sealed });

describe('a published reading', () => {
  test('is as old as the database said when it was asked, and never younger', async () => {
    expect(await open(published(text(7)))).toMatchObject({
      began: sent - 3001,
      at: sent - 2961,
      reader: { user: 'ana', host: 'ana-desk' },
      reading: { items: [{ value: 7, at: sent - 3001 }], faults: [] },
    });
  });

  test('that is unchanged is not read again', async () => {
    const known = { digest: keys.digest(text(7)), text: text(7) };
    const { row } = published(text(7));
    const sealed = () => Promise.reject(new Error('read again'));
    const taken = await openReading(
      row,
      { call: { info, known }, keys },
      { sent, time: createDatabaseClock(), sealed },
    );
    expect(taken?.reading.items).toMatchObject([{ value: 7 }]);
  });

  test.each<[string, Partial<ReadingRow>]>([
    ['that is from the future', { ageMs: -1 }],
    ['of an unknown age', { ageMs: Number.NaN }],
    ['that took longer than it is old', { tookMs: 3001 }],
    ['that took no possible time', { tookMs: -1 }],
    ['with another stamp', { stamp: keys.stamp('other') }],
    ['of another row', { key: keys.rowOf('prom/other') }],
    ['with a reader of another form', { reader: '["ana"]' }],
    ['with control characters in the reader', { reader: JSON.stringify(['a\u009b2J', 'x']) }],
    ['with a line break in the reader', { reader: JSON.stringify(['a\nb', 'x']) }],
    ['with a long reader', { reader: JSON.stringify(['a'.repeat(81), 'x']) }],
  ])('%s is not taken', async (_, more) => {
    expect(await open(published(text(7)))).toBeDefined();
    expect(await open(published(text(7), more))).toBeUndefined();
  });

  test.each([
    ['of another form', '{}'],
    ['of a signal that the feed does not have', text(7, 'other')],
    [
      'with control characters',
      JSON.stringify({ items: [{ ...JSON.parse(text(7)).items[0], why: '\u001b' }], samples: [] }),
    ],
  ])('%s, sealed with the access, is not taken', async (_, content) => {
    expect(await open(published(content))).toBeUndefined();
  });

  test('whose sealed text is that of another one is not taken', async () => {
    const { row } = published(text(7));
    expect(await open({ row, sealed: published(text(8)).sealed })).toBeUndefined();
    expect(await open({ row, sealed: '' })).toBeUndefined();
  });

  test('from before the clock of the database was set is not taken', async () => {
    const time = createDatabaseClock();
    time.observe(sent - 60_000, sent - 60_000, sent - 60_000);
    time.observe(sent - 2000, sent - 2000 - 30_000, sent - 2000);
    expect(await open(published(text(7)), undefined, time)).toBeUndefined();
    expect(await open(published(text(7), { ageMs: 1000 }), undefined, time)).toBeDefined();
  });
});

describe('the clock of the database', () => {
  test('converts times steadily while answers take longer or shorter', () => {
    const time = createDatabaseClock();
    time.observe(1000, 51_010, 1020);
    expect(time.toDatabase(2000)).toBe(52_000);
    expect(time.fromDatabase(52_000)).toBe(2000);
    for (const ms of [0, 50, 400]) time.observe(3000, 53_000 + ms, 3000 + ms);
    expect(time.toDatabase(2000)).toBe(52_000);
    expect(time.steadySince()).toBe(Number.NEGATIVE_INFINITY);
    time.observe(4000, 55_000, 4000);
    expect(time.toDatabase(2000)).toBe(53_000);
    expect(time.steadySince()).toBe(4000);
  });
});

test('the reader has neither control characters nor line breaks, and 80 characters at most', () => {
  expect(JSON.parse(readerText({ user: 'a\u001b[2Jb\nc', host: 'x'.repeat(100) }))).toEqual([
    'ab c',
    'x'.repeat(80),
  ]);
});
