import { expect, test } from 'vitest';
import { equalLines } from '../../../src/logs/ring/line-repeats.ts';
import { type MadeRow, madeLines, stream } from '../../screens/support/lines.ts';

const streams = [stream(0, 'a'), stream(1, 'b'), stream(2, 'c')];

/** The equal lines of each row, by id. */
const equalOf = (...rows: readonly MadeRow[]): readonly (readonly number[] | undefined)[] => {
  const lines = madeLines(streams);
  lines.put(...rows);
  return rows.map((_, id) => equalLines(lines.ring, id));
};

const line = (text: string, of: number, more: Partial<MadeRow> = {}): MadeRow => ({
  text,
  stream: of,
  level: 'error',
  ...more,
});

test('the same text of several streams at about the same time is equal, whatever the times in it', () =>
  expect(
    equalOf(
      line('2026-03-04T12:00:00.001Z ERROR port 8080 in use', 0, { ago: 900 }),
      line('2026-03-04T12:00:00.341Z ERROR port 8080 in use', 1, { ago: 600 }),
      line('2026-03-04T12:00:00.902Z ERROR port 8081 in use', 2, { ago: 100 }),
    ),
  ).toEqual([[0, 1], [0, 1], undefined]));

test.each([
  ['one stream', [line('down', 0), line('down', 0)]],
  ['two levels', [line('down', 0), line('down', 1, { level: 'warn' })]],
  ['more than a second apart', [line('down', 0, { ago: 1001 }), line('down', 1)]],
  ['times in the message', [line('ERROR until 12:00:01', 0), line('ERROR until 12:00:02', 1)]],
])('lines are not equal: %s', (_, rows) => expect(equalOf(...rows)).toEqual([undefined, undefined]));

test('a stream that repeats a line begins the next group', () =>
  expect(equalOf(line('x', 0), line('x', 1), line('x', 0), line('x', 1))).toEqual([
    [0, 1],
    [0, 1],
    [2, 3],
    [2, 3],
  ]));

test('lines with different continuations are not equal', () => {
  const at = (text: string, of: number) => line(text, of, { kind: 'continuation' });
  const equal = equalOf(
    line('failed', 0),
    at('\tat A', 0),
    line('failed', 1),
    at('\tat A', 1),
    line('failed', 2),
    at('\tat B', 2),
  );
  expect(equal[0]).toEqual([0, 2]);
  expect(equal[4]).toBeUndefined();
});

test('lines that arrive later are compared, too', () => {
  const lines = madeLines(streams);
  lines.put(line('down', 0));
  expect(equalLines(lines.ring, 0)).toBeUndefined();
  lines.put(line('down', 1));
  expect(equalLines(lines.ring, 0)).toEqual([0, 1]);
  lines.put(line('\tat A', 1, { kind: 'continuation' }));
  expect(equalLines(lines.ring, 0)).toBeUndefined();
});
