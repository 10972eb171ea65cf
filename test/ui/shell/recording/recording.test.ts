import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StyledRow } from '../../../../src/ui/kit/text/ansi.ts';
import { sliceCells, widthOf } from '../../../../src/ui/kit/text/width.ts';
import type { PaintedFrame } from '../../../../src/ui/shell/recording/format.ts';
import { createFrameEncoder } from '../../../../src/ui/shell/recording/frame-encoder.ts';
import { createPlayback } from '../../../../src/ui/shell/recording/playback.ts';
import { parseRecording } from '../../../../src/ui/shell/recording/recording.ts';
import { createCellPainter } from '../../../../src/ui/shell/terminal/cell-painter.ts';
import '../../../support/seeded.ts';
import { codePoint } from '../../../support/code-points.ts';
import { longTest } from '../../../support/layer.ts';
import { frameOf, openMark, plainStyle, recorded, redStyle, startTime } from '../../recording/sample.ts';

/** A row cell by cell: its text with the style of each, so that divisions into pieces do not matter. */
const cellsOf = (row: StyledRow): readonly string[] =>
  row.flatMap(({ text, style }) =>
    Array.from(
      { length: widthOf(text) },
      (_, cell) => `${sliceCells(text, cell, cell + 1)}${JSON.stringify(style)}`,
    ),
  );

const columns = 12;
const styles = [plainStyle, redStyle, { inverse: true }];
const anyPiece = fc.record({
  text: fc.constantFrom('a', 'ok', '12 ', '●', '日本', 'é', '   ', '━━'),
  style: fc.constantFrom(...styles),
});
const anyRow = fc.array(anyPiece, { maxLength: 5 }).map((pieces): StyledRow => {
  const row: { text: string; style: (typeof styles)[number] }[] = [];
  let width = 0;
  for (const piece of pieces) {
    if (width + widthOf(piece.text) > columns) break;
    row.push(piece);
    width += widthOf(piece.text);
  }
  return [...row, { text: ' '.repeat(columns - width), style: plainStyle }].filter(({ text }) => text !== '');
});
const anyFrames = fc.array(fc.array(anyRow, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });

describe('a recording', () => {
  longTest('plays every frame as it was painted, forward, backward, and from any position', () => {
    fc.assert(
      fc.property(anyFrames, fc.integer({ min: 1, max: 4 }), (all, keyEvery) => {
        const encoder = createFrameEncoder(keyEvery * 10);
        const lines = all.flatMap((rows, index) => {
          const frame: PaintedFrame = {
            rows,
            columns,
            isLight: false,
            isShared: false,
            mask: (text) => text,
          };
          return encoder.encode(index * 10, frame) ?? [];
        });
        const header = { recording: 1, opsdeck: '1', startedAt: '2026-03-04T14:00:00Z', columns, rows: 3 };
        const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
        const playback = createPlayback(parseRecording(text).frames);
        const order = [...all.keys(), ...[...all.keys()].toReversed(), all.length - 1, 0];
        for (const index of order)
          expect(playback.frameAt(index * 10)?.rows.map(cellsOf)).toEqual((all[index] ?? []).map(cellsOf));
      }),
    );
  });

  test('has a header, frames as changes, marks in the words of the journal, and an end', async () => {
    const lines = await recorded([
      [0, frameOf(10, 'one', 'two')],
      [1000, frameOf(10, 'one', 'too')],
      [2000, openMark],
      [2010, frameOf(10, 'one', 'too')],
    ]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        recording: 1,
        opsdeck: '1.2.3',
        startedAt: '2026-03-04T14:00:00.000Z',
        columns: 10,
        rows: 2,
        env: 'shop/production',
        shared: false,
      },
      {
        t: 0,
        size: [10, 2],
        light: false,
        styles: [{}],
        key: [[['one       ', 0]], [['two       ', 0]]],
      },
      { t: 1000, rows: [[1, 1, [['o', 0]]]] },
      { t: 2000, mark: openMark },
      { t: 2110, end: true },
    ]);
  });

  test('has no line for a frame that shows the same, and one for several within 40 ms', async () => {
    const lines = await recorded([
      [0, frameOf(4, 'a')],
      [1000, frameOf(4, 'a')],
      [2000, frameOf(4, 'b')],
      [2010, frameOf(4, 'c')],
      [2020, frameOf(4, 'd')],
    ]);
    expect(lines.slice(2, -1).map((line) => JSON.parse(line) as unknown)).toEqual([
      { t: 2020, rows: [[0, 0, [['d', 0]]]] },
    ]);
  });

  test('begins a whole frame with another size', async () => {
    const lines = await recorded([
      [0, frameOf(4, 'a')],
      [1000, frameOf(6, 'a', 'b')],
    ]);
    const { frames } = parseRecording(lines.join(''));
    const playback = createPlayback(frames);
    expect(playback.frameAt(999)?.columns).toBe(4);
    expect(playback.frameAt(1000)).toMatchObject({ columns: 6 });
    expect(playback.frameAt(1000)?.rows).toHaveLength(2);
  });

  test('of a process that was killed lacks only its end', async () => {
    const text = (
      await recorded(
        [
          [0, frameOf(4, 'a')],
          [1000, frameOf(4, 'b')],
          [2000, frameOf(4, 'c')],
        ],
        { isEnded: false },
      )
    ).join('');
    expect(parseRecording(text)).toMatchObject({ isComplete: false, durationMs: 2000 });
    const torn = text.slice(0, -5);
    expect(parseRecording(torn)).toMatchObject({ isComplete: false, durationMs: 1000, tornLine: 4 });
  });
});

const head = (more: object = {}): string =>
  `${JSON.stringify({ recording: 1, opsdeck: '1', startedAt: '2026-03-04T14:00:00Z', columns: 4, rows: 1, shared: false, ...more })}\n`;
const keyFrame = (more: object = {}): string =>
  `${JSON.stringify({ t: 0, size: [4, 1], light: false, styles: [{}], key: [[['abcd', 0]]], ...more })}\n`;

test('a mark is masked by the frame after it, which knows its names, and is left out without one', async () => {
  const masked = (frame: PaintedFrame): PaintedFrame => ({
    ...frame,
    mask: (text) => text.replace('billing', 'service-1'),
  });
  const lines = await recorded([
    [0, frameOf(4, 'a')],
    [1000, openMark],
    [1010, masked(frameOf(4, 'a'))],
    [2000, openMark],
  ]);
  const { marks } = parseRecording(lines.join(''));
  expect(marks.map(({ t, mark }) => [t, mark.what])).toEqual([[1000, 'breaker service-1-0 · psp']]);
});

describe('a file that is not a recording of this version', () => {
  test.each([
    ['text', 'hello\nworld\n', 'line 1: this file is not a recording of opsdeck'],
    ['nothing', '', 'line 1: this file is not a recording of opsdeck'],
    [
      'an asciicast',
      '{"version":2,"width":80,"height":24}\n',
      'line 1: this file is not a recording of opsdeck',
    ],
    [
      'a newer format',
      head({ recording: 9, opsdeck: '7.0.0' }),
      'line 1: format 9 of opsdeck 7.0.0 is unknown to this opsdeck, which reads format 1',
    ],
    ['only a header', head(), 'line 2: the recording ends before the first frame'],
    [
      'a damaged line',
      `${head()}${keyFrame()}{"t":1,\n{"t":2,"end":true}\n`,
      'line 3: this line is not valid JSON, so the recording is damaged: copy the file again',
    ],
    [
      'a row outside',
      `${head()}${keyFrame()}{"t":1,"rows":[[1,[]]]}\n`,
      'line 3: row 1 is outside of the screen',
    ],
    [
      'a change first',
      `${head()}{"t":1,"rows":[]}\n`,
      'line 2: the recording is damaged: the first record is a change instead of a whole frame',
    ],
    [
      'time going back',
      `${head()}${keyFrame({ t: 9 })}{"t":1,"rows":[]}\n`,
      'line 3: the time 1 is before 9',
    ],
    [
      'an unknown style',
      `${head()}${keyFrame()}{"t":1,"rows":[[0,[["a",7]]]]}\n`,
      'line 3: style 7 is missing from the style table of the recording',
    ],
    [
      'a style with a control sequence',
      `${head()}${keyFrame({ styles: [{ fg: '31m\u001b]52;c;AAAA\u0007' }] })}`,
      'line 2: "fg" of a style is not a color',
    ],
    [
      'a huge screen',
      `${head()}${keyFrame({ size: [1e9, 1] })}`,
      'line 2: columns is not a whole number from 0 to 2000',
    ],
    [
      'a line after the end',
      `${head()}${keyFrame()}{"t":1,"end":true}\n{"t":2,"rows":[]}\n`,
      'line 4: the recording continues after the end mark',
    ],
  ])('%s is an error that names the line', (_, text, message) => {
    expect(() => parseRecording(text)).toThrow(message);
  });

  test('any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), fc.json(), (text, json) => {
        for (const more of [`${text}\n`, `${json}\n`])
          try {
            parseRecording(head() + keyFrame() + more);
          } catch (error) {
            expect(error).toMatchObject({ name: 'RecordingError' });
          }
      }),
    );
  });
});

test('a hostile recording draws text: no byte of it controls the terminal', () => {
  const hostile = 'x\u001b]52;c;AAAA\u0007\u001b[2J\r\n\u009b31m\u202e\u2028y';
  const text = head() + keyFrame({ key: [[[hostile, 0]]] });
  const [row] = createPlayback(parseRecording(text).frames).frameAt(0)?.rows ?? [];
  const bytes = createCellPainter().bytesFor([row ?? []]);
  expect(bytes).not.toContain('\u001b]');
  expect(bytes).not.toContain('\u009b');
  expect(bytes.replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '')).toMatch(/^[^\p{Cc}\u202e\u2028]*$/u);
  expect(row?.reduce((sum, piece) => sum + widthOf(piece.text), 0)).toBe(4);
});

test('the wall time of a position is that of the start and the time since', async () => {
  const recording = parseRecording((await recorded([[0, frameOf(4, 'a')]])).join(''));
  expect(recording.startedAt).toBe(startTime);
});
