import { describe, expect, test } from 'vitest';
import {
  createTimestampSplitter,
  formatLogMark,
  LogPosition,
  parseLogMark,
} from '../../src/logs/reading/timestamped-log.ts';

const stamp = (nano: number): string => `2026-03-04T10:15:07.${String(nano).padStart(9, '0')}Z`;

describe('a position in a log', () => {
  /** The lines reported to a reader that resumes after a mark; '~' marks a gap. */
  const reportedLines = (nanos: readonly number[], after?: string, isMidway = false, first = 0) => {
    const place = new LogPosition({ after: parseLogMark(after), isMidway });
    return nanos.flatMap((nano, index) => {
      const is = place.take({ stamp: stamp(nano), text: `line ${first + index}` });
      const end = `${first + index}:${place.mark()?.slice(26)}`;
      return is === 'repeated' ? [] : [`${is === 'new' ? '' : '~'}${end}`];
    });
  };

  test('each line has a mark: the newest time so far, and the number of lines since', () => {
    expect(reportedLines([1, 2, 2, 3])).toEqual(['0:001Z#1', '1:002Z#1', '2:002Z#2', '3:003Z#1']);
    // The two outputs have separate timestamps: 3 came before 2.
    expect(reportedLines([1, 3, 2, 4])).toEqual(['0:001Z#1', '1:003Z#1', '2:003Z#2', '3:004Z#1']);
  });

  test.each<[string, readonly number[], string, readonly string[]]>([
    ['the last of several with the same time', [1, 2, 2, 2, 3], `${stamp(2)}#2`, ['3:002Z#3', '4:003Z#1']],
    ['out of order, before and after the mark', [1, 3, 2, 2, 4], `${stamp(3)}#2`, ['3:003Z#3', '4:004Z#1']],
    ['nothing new', [1, 2], `${stamp(2)}#1`, []],
    ['the mark no longer exists', [7, 8], `${stamp(2)}#1`, ['~0:007Z#1', '1:008Z#1']],
    ['an invalid mark', [7, 8], 'nonsense', ['0:007Z#1', '1:008Z#1']],
  ])('resumed: %s', (_, nanos, after, expected) => {
    expect(reportedLines(nanos, after)).toEqual(expected);
  });

  test('a log read in two parts, split at any line, is reported once', () => {
    const nanos = [5, 5, 5, 7, 6, 6, 9, 8, 9, 9, 11, 11, 11];
    for (let from = 0; from < nanos.length; from += 1)
      for (let to = from + 1; to <= nanos.length; to += 1) {
        const place = new LogPosition({ isMidway: true });
        for (let index = from; index < to; index += 1)
          place.take({ stamp: stamp(nanos[index] ?? 0), text: `line ${index}` });
        const rest = reportedLines(nanos, place.mark()).map((reportedLine) =>
          Number(reportedLine.split(':')[0]),
        );
        const expected = nanos.map((_, index) => index).slice(to);
        expect(rest, `begun at line ${from}, left in front of line ${to}`).toEqual(expected);
      }
  });

  test.each([
    { stamp: stamp(3), nth: 4 },
    { stamp: stamp(3), nth: 4, from: 'k3x' },
    { stamp: stamp(3), nth: 4, run: '12' },
    { stamp: stamp(3), nth: 4, from: 'k3x', run: '1772619307000' },
  ])('a mark is a text: %j', (mark) => {
    expect(parseLogMark(formatLogMark(mark))).toEqual(mark);
  });
});

describe('a line with its time', () => {
  const time = Date.parse('2026-03-04T10:15:07Z');
  test.each([
    [`${stamp(1)} a line`, { stamp: stamp(1), at: time + 0.000001, text: 'a line' }],
    [`${stamp(500_000_000)}  indented`, { stamp: stamp(500_000_000), at: time + 500, text: ' indented' }],
    [`${stamp(1)}`, { stamp: stamp(1), at: time + 0.000001, text: '' }],
    [
      '2026-03-04T11:15:07.000000001+01:00 in a zone',
      { stamp: stamp(1), at: time + 0.000001, text: 'in a zone' },
    ],
    [
      '2026-03-04T05:45:07.5-04:30 in a zone',
      { stamp: stamp(500_000_000), at: time + 500, text: 'in a zone' },
    ],
    ['2026-03-04T10:15:07Z whole', { stamp: stamp(0), at: time, text: 'whole' }],
    ['2026-03-04T10:15:07.123Z ms', { stamp: stamp(123_000_000), at: time + 123, text: 'ms' }],
    ['2026-03-04 no time of a runtime', { stamp: '', text: '2026-03-04 no time of a runtime' }],
    ['2026-99-04T10:15:07.000000001Z x', { stamp: '', text: '2026-99-04T10:15:07.000000001Z x' }],
    ['2026-03-04T10:15:07.000000001Zx', { stamp: '', text: '2026-03-04T10:15:07.000000001Zx' }],
    ['', { stamp: '', text: '' }],
  ])('%j', (line, expected) => {
    const read = createTimestampSplitter();
    expect(read(line)).toEqual(expected);
    // Its memory of the previous line changes nothing.
    expect(read(line)).toEqual(expected);
  });
});
