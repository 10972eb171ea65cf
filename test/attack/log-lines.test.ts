import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { levelCode, logLevels } from '../../src/domain/facts/log-level.ts';
import { stripControls } from '../../src/domain/text/controls.ts';
import { createLineScan } from '../../src/logs/following/line-scan.ts';
import type { FilterChip, LinePattern } from '../../src/logs/format/filter-chip.ts';
import { createHeadReader } from '../../src/logs/format/head-reader.ts';
import { parseLine } from '../../src/logs/format/parse-line.ts';
import { type ParsedLine, rowKind } from '../../src/logs/format/parsed-line.ts';
import { FilteredView } from '../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../src/logs/ring/log-ring.ts';
import { corpusLines, corpusNames } from '../logs/format/corpus.ts';
import { createRingIngestor } from '../logs/support/ring-ingestor.ts';
import { codePoint } from '../support/code-points.ts';
import { family } from './support/attack.ts';
import { pieces } from './support/texts.ts';

/** Output of a program: lines as latin1 strings, one character a byte, and the places at which the chunks are cut (0 to 1). */
interface Written {
  readonly lines: readonly string[];
  readonly cuts: readonly number[];
  readonly isEnded: boolean;
}

/** Inputs that broke a promise once, and those that are the most likely to. */
const corpus: { readonly written: readonly Written[]; readonly texts: readonly string[] } = JSON.parse(
  readFileSync('test/attack/corpus/log-lines.json', 'utf8'),
);

const now = (): number => Date.UTC(2026, 2, 4, 10, 15, 7);
const known = corpusNames.flatMap(corpusLines);

/** Times, levels, numbers and structures at their limits. */
const oddities: readonly string[] = [
  ...['9999-12-31T23:59:59.999999999Z', '0000-00-00T00:00:00Z', '2026-02-30 25:61:61,999', '1e309', '-1'],
  ...[
    '99999999999999999999',
    '1772619307.123456',
    'Feb 29 10:15:07',
    '+99:99',
    '10:15:07',
    '[04/Mar/2026:10:15:07 +0000]',
  ],
  ...[
    'level=',
    'ERROR',
    '<7>',
    'E0304 10:15:07.1',
    '"level":"error"',
    '"time":1e300',
    'severity=\u0130',
    'ERR\u017f',
  ],
  ...[
    '{"a":'.repeat(50),
    '['.repeat(200),
    '{"message":"\\u001b[2J\\ud800"}',
    '{"ts":"\\u0000"}',
    '"\\u',
    'a="\\',
  ],
  ...[
    '\tat a.b(c:1)',
    'Caused by: x',
    '... 3 more',
    'Traceback (most recent call last):',
    '  File "x", line 1',
  ],
];

const piece = fc.oneof(
  fc.constantFrom(...pieces),
  fc.constantFrom(...oddities),
  fc.string({ unit: codePoint, maxLength: 8 }),
);

/** A line of a known format, with hostile text inserted, or a part of it removed. */
const changedLine = fc
  .tuple(fc.constantFrom(...known), fc.double({ min: 0, max: 1, noNaN: true }), piece, fc.nat(30))
  .map(([line, place, text, removed]) => {
    const index = Math.floor(place * line.length);
    return line.slice(0, index) + text + line.slice(index + removed);
  });

/** Lines around the length up to which a line is parsed. */
const longLine = fc
  .tuple(
    changedLine,
    fc.integer({ min: 16_340, max: 16_400 }),
    fc.constantFrom('x', '👍', ' a=1', '\u00e9', '\\u0041'),
    piece,
  )
  .map(
    ([line, length, filler, end]) =>
      `${line}${filler.repeat(Math.ceil(length / filler.length)).slice(0, length)}${end}"}`,
  );

const lineText = fc.oneof(
  { weight: 6, arbitrary: changedLine },
  { weight: 2, arbitrary: fc.array(piece, { maxLength: 6 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: longLine },
);

const lineBytes = fc.oneof(
  { weight: 4, arbitrary: lineText.map((text) => Buffer.from(text).toString('latin1')) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
);

const written: fc.Arbitrary<Written> = fc.record({
  lines: fc.array(
    lineBytes.map((line) => line.replaceAll('\n', ' ')),
    { maxLength: 8 },
  ),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
  isEnded: fc.boolean(),
});

const bytesOf = ({ lines, isEnded }: Written): Buffer =>
  Buffer.from(`${lines.join('\n')}${isEnded && lines.length > 0 ? '\n' : ''}`, 'latin1');

/** The bytes in chunks. Each has memory of its own, as rows refer to it. */
const chunksOf = (from: Written): readonly Buffer[] => {
  const bytes = bytesOf(from);
  const places = [...from.cuts.map((cut) => Math.floor(cut * bytes.length)), 0, bytes.length].sort(
    (a, b) => a - b,
  );
  return places.slice(1).flatMap((to, index) => {
    const begin = places[index] ?? 0;
    return to > begin ? [Buffer.from(bytes.subarray(begin, to))] : [];
  });
};

interface Row {
  readonly text: string;
  readonly at: number;
  readonly level: number;
  readonly kind: number;
}

const ringOf = (chunks: readonly Buffer[]): LogRing => {
  const ring = new LogRing();
  const into = createRingIngestor(ring, now);
  for (const chunk of chunks) into.chunk(0, chunk);
  into.flush(0);
  return ring;
};

const rowsOf = (ring: LogRing): readonly Row[] =>
  Array.from({ length: ring.count }, (_, index) => {
    const row = ring.row(ring.first + index);
    if (row === undefined) throw new Error(`row ${index} is missing`);
    return row;
  });

const isSingleControl = (code: number): boolean =>
  (code < 0x20 && code !== 0x09 && code !== 0x0a) ||
  (code >= 0x7f && code <= 0x9f) ||
  [0x61c, 0x200e, 0x200f].includes(code) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0xd800 && code <= 0xdfff) ||
  code >= 0x100000;

const hasControls = (text: string): boolean =>
  [...text].some((character) => isSingleControl(character.codePointAt(0) ?? 0));

/** The text of a line: without control characters, and nothing else missing where none begins a sequence. */
const expectText = (text: string, from: string): void => {
  expect(hasControls(text), JSON.stringify(text)).toBe(false);
  const decoded = Buffer.from(from, 'latin1').toString();
  if (/[\x1b\x90\x98\x9b\x9d-\x9f]/.test(decoded)) return;
  expect(text).toBe([...decoded].filter((part) => !isSingleControl(part.codePointAt(0) ?? 0)).join(''));
};

/** A chunk taken for whole lines: what a reader without a memory of the last bytes does. */
const rowsOfWholeLines = (chunks: readonly Buffer[]): readonly Row[] =>
  chunks.flatMap((chunk) =>
    chunk
      .toString()
      .split('\n')
      .filter((text, index, all) => index < all.length - 1 || text !== '')
      .map((text) => ({ text: stripControls(text), at: 0, level: 0, kind: rowKind.line })),
  );

const maxDate = 8.64e15;

family('log lines', ({ attack }) => {
  attack('any bytes are the rows of their lines, clean, in order, wherever a chunk ends', {
    rounds: 500,
    corpus: corpus.written,
    inputs: written,
    defense: (chunks: readonly Buffer[]) => rowsOf(ringOf(chunks)),
    sabotaged: rowsOfWholeLines,
    holds: (from, rowsIn) => {
      const rows = rowsIn(chunksOf(from));
      const { lines, isEnded } = from;
      const expected = isEnded || lines.at(-1) !== '' ? lines : lines.slice(0, -1);
      expect(rows).toHaveLength(expected.length);
      for (const [index, { text, at, level, kind }] of rows.entries()) {
        expectText(text, expected[index] ?? '');
        expect(Math.abs(at)).toBeLessThanOrEqual(maxDate);
        expect(Number.isInteger(level) && level >= 0 && level <= logLevels.length, `level ${level}`).toBe(
          true,
        );
        expect([rowKind.line, rowKind.continuation]).toContain(kind);
      }
      return rows.length;
    },
  });

  attack('a parsed line has no control character, a valid time, and the same time and level as its row', {
    rounds: 1500,
    corpus: corpus.texts,
    inputs: lineText.map((text) => stripControls(text).replaceAll('\n', ' ')),
    defense: (text: string) => parseLine(text, { now }),
    /** Takes what JSON says as it is. */
    sabotaged: (text: string): ParsedLine => {
      const parsed = parseLine(text, { now });
      if (parsed.format !== 'json') return parsed;
      try {
        return { ...parsed, message: String(JSON.parse(text).message ?? JSON.parse(text).ts) };
      } catch {
        return parsed;
      }
    },
    holds: (text, parse) => {
      const { at, level, message, fields } = parse(text);
      for (const part of [message, ...fields.keys(), ...fields.values()])
        expect(hasControls(part), JSON.stringify(part)).toBe(false);
      if (at !== undefined) expect(Math.abs(at)).toBeLessThanOrEqual(maxDate);
      const bytes = Buffer.from(text);
      const head = createHeadReader({ now }).read(bytes, 0, bytes.length);
      expect(Number.isNaN(head.at) ? undefined : head.at).toBe(at);
      if (!head.isContinuation) expect(head.level).toBe(levelCode(level));
    },
  });

  /** The texts of the rows that a filter shows: in Logs, and in `opsdeck logs`. */
  const shownBy = {
    screen: (chunks: readonly Buffer[], pattern: LinePattern): readonly string[] => {
      const ring = ringOf(chunks);
      const view = new FilteredView(ring, () => [], { physical: true });
      const chip: FilterChip = { is: 'include', pattern };
      view.setFilters([chip]);
      view.judge(() => false);
      return rowsOf(ring).flatMap(({ text }, index) => (view.passes(ring.first + index) ? [text] : []));
    },
    command: (chunks: readonly Buffer[], pattern: LinePattern): readonly string[] => {
      const scan = createLineScan({ include: [pattern], exclude: [] }, () => 0);
      const parts = scan.take(Buffer.concat(chunks));
      const text = parts
        .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString()))
        .join('');
      return text === '' ? [] : text.split('\n').slice(0, -1);
    },
  };
  const patterns = fc.oneof(
    fc.record({
      text: piece.filter((text) => text !== ''),
      regex: fc.constant(false),
      ignoreCase: fc.boolean(),
    }),
    fc.constantFrom<LinePattern>(
      ...['e', 'ERROR', 'a', '=', '注', 'É', 'ſ'].map((text) => ({ text, regex: false, ignoreCase: true })),
      ...['ERR|WARN', '^\\{', '\\s+at ', '[^\\x00-\\x7f]', '\\d+ms?$', 'é|e', '.'].map((text) => ({
        text,
        regex: true,
        ignoreCase: true,
      })),
    ),
  );

  attack(
    'a filter shows the same lines on the screen and in `opsdeck logs`: those whose clean text matches',
    {
      rounds: 500,
      inputs: fc.tuple(written, patterns),
      corpus: corpus.written.map((currentWritten): [Written, LinePattern] => [
        currentWritten,
        { text: 'e', regex: false, ignoreCase: true },
      ]),
      defense: shownBy,
      /** Searches the bytes before they are cleaned. */
      sabotaged: {
        ...shownBy,
        command: (chunks: readonly Buffer[], { text }: LinePattern) =>
          Buffer.concat(chunks)
            .toString()
            .split('\n')
            .filter((line) => line.includes(text))
            .map(stripControls),
      },
      holds: ([from, pattern], shown) => {
        const chunks = chunksOf(from);
        const regex = pattern.regex
          ? new RegExp(pattern.text, pattern.ignoreCase ? 'i' : '')
          : new RegExp(pattern.text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), pattern.ignoreCase ? 'i' : '');
        const expected = rowsOf(ringOf(chunks)).flatMap(({ text }) => (regex.test(text) ? [text] : []));
        expect(shown.screen(chunks, pattern)).toEqual(expected);
        expect(shown.command(chunks, pattern)).toEqual(expected);
      },
    },
  );
});
