import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputSplitter, type InputPiece } from '../../../src/ui/shell/terminal/mouse/input.ts';
import { rounds } from '../../support/layer.ts';

/** Joins adjacent texts, so that read boundaries do not matter. */
const joined = (pieces: readonly InputPiece[]): readonly InputPiece[] => {
  const all: InputPiece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') all.splice(-1, 1, last + piece);
    else all.push(piece);
  }
  return all;
};

const esc = '\u001b';
const bel = '\u0007';
const st = '\u001b\\';
const light: InputPiece = { is: 'background', color: [253, 246, 227] };
const answer = `${esc}]11;rgb:fdfd/f6f6/e3e3`;

const read = (...chunks: readonly string[]): readonly InputPiece[] => {
  const splitter = createInputSplitter();
  const pieces = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  return joined(splitter.waits() === undefined ? pieces : [...pieces, ...splitter.release()]);
};

test.each<[string, readonly InputPiece[]]>([
  ['j\u001b[<0;3;5Mk', ['j', { is: 'click', x: 2, y: 4 }, 'k']],
  ['\u001b[<0;3;5M\u001b[<0;3;5m', [{ is: 'click', x: 2, y: 4 }]],
  [
    '\u001b[<64;1;1M\u001b[<65;1;1M',
    [
      { is: 'wheel-up', x: 0, y: 0 },
      { is: 'wheel-down', x: 0, y: 0 },
    ],
  ],
  ['\u001b[<2;3;5M\u001b[<32;3;5M\u001b[<66;3;5Mx', ['x']],
  ['\u001b[A\u001bx\u001b[27u', ['\u001b[A\u001bx\u001b[27u']],
  ['\u001b', ['\u001b[27u']],
  ['\u001b[', ['\u001b[']],
  ['\u001b[<0;3', []],
  [`\u001b[<${'1'.repeat(60)}`, []],
  [
    '\u001b[200~a\u001b[<0;1;1Mb\u001b[201~\u001b[<0;1;1M',
    ['\u001b[200~a\u001b[<0;1;1Mb\u001b[201~', { is: 'click', x: 0, y: 0 }],
  ],
  // Answers of the terminal.
  [`j${answer}${bel}k`, ['j', light, 'k']],
  [`j${answer}${st}k`, ['j', light, 'k']],
  [`${esc}]11;rgb:fd/f6/e3${bel}${esc}]11;rgba:fdfd/f6f6/e3e3/ffff${bel}`, [light, light]],
  [`${esc}]10;rgb:ffff/ffff/ffff${bel}x`, ['x']],
  [`${esc}]11;rgb:zz/ff/ff${bel}x`, ['x']],
  [`${esc}]11;${'f'.repeat(500)}${bel}x`, ['x']],
  [`${esc}]52;c;cm0gLXJm${st}x`, ['x']],
  [`${esc}]lrm -rf${st}x`, ['x']],
  // Broken off: by a control character, by another sequence, or by the end.
  [`${esc}]11;rgb:ff\rk`, ['\rk']],
  [`${esc}]11;rgb:ff\u0003`, ['\u0003']],
  [`${esc}]11;rgb:ff${esc}[A`, [`${esc}[A`]],
  // Some terminals end an answer with a lone escape.
  [`${answer}${answer}${bel}`, [light, light]],
  [`${esc}]11;rgb:ff`, []],
  // The keyboard: esc or alt, then ].
  [`${esc}]`, [`${esc}]`]],
  [`${esc}]x`, [`${esc}]x`]],
  [`${esc}[200~${answer}${bel}${esc}[201~`, [`${esc}[200~${answer}${bel}${esc}[201~`]],
])('splits %j into keys and events', (bytes, pieces) => {
  expect(read(bytes)).toEqual(pieces);
});

test('read boundaries do not change the result', () => {
  const token = fc.constantFrom(
    'j',
    '注',
    '\r',
    '\u001b[A',
    '\u001b[<0;12;7M',
    '\u001b[<65;120;40M',
    '\u001b[200~p\u001b[<0;1;1Mq\u001b[201~',
    '\u001b[27u',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 8 }), fc.array(fc.nat(80), { maxLength: 6 }), (tokens, at) => {
      const text = tokens.join('');
      const cuts = [0, ...at.map((n) => Math.min(n, text.length)), text.length].toSorted((a, b) => a - b);
      const chunks = cuts.slice(1).map((to, index) => text.slice(cuts[index], to));
      expect(read(...chunks.filter((chunk) => chunk !== ''))).toEqual(read(text));
    }),
  );
});

/** Reads chunks with the pauses before them, in ms, as the input of the screen does. */
const readSlowly = (
  chunks: readonly (readonly [pauseMs: number, chunk: string])[],
  expects = true,
): readonly InputPiece[] => {
  const splitter = createInputSplitter(() => expects);
  const pieces: InputPiece[] = [];
  const wait = (ms: number): void => {
    const limit = splitter.waits();
    if (limit !== undefined && ms >= limit) pieces.push(...splitter.release());
  };
  for (const [pause, chunk] of chunks) {
    wait(pause);
    pieces.push(...splitter.push(chunk));
  }
  wait(10_000);
  return joined(pieces);
};

/** Text at positions, cut into pieces. */
const cutAt = (text: string, at: readonly number[]): readonly string[] => {
  const cuts = [0, ...at.map((n) => n % (text.length + 1)), text.length].toSorted((a, b) => a - b);
  return cuts.slice(1).flatMap((to, index) => (to === cuts[index] ? [] : [text.slice(cuts[index], to)]));
};

const key = fc.constantFrom(
  'j',
  ']',
  '1',
  ';',
  'f',
  '/',
  '注',
  '\r',
  `${esc}[A`,
  `${esc}[27u`,
  `${esc}[<65;120;40M`,
);
const keysText = fc.array(key, { maxLength: 5 }).map((all) => all.join(''));
const end = fc.constantFrom(bel, st);

test('an answer between keys is found wherever the input is split, and no key is lost or moved', () => {
  fc.assert(
    fc.property(
      keysText,
      end,
      keysText,
      fc.array(fc.nat(200), { maxLength: 8 }),
      (before, close, after, at) => {
        const text = `${before}${answer}${close}${after}`;
        const chunks = cutAt(text, at).map((chunk) => [0, chunk] as const);
        expect(readSlowly(chunks)).toEqual(joined([...read(before), light, ...read(after)]));
      },
    ),
    { numRuns: rounds(500) },
  );
});

test('pauses of up to a second within an answer leak nothing but an escape key', () => {
  fc.assert(
    fc.property(
      end,
      fc.array(fc.tuple(fc.nat(200), fc.nat(990)), { maxLength: 6 }),
      fc.constantFrom('', 'j', '\r'),
      (close, splits, after) => {
        const text = `${answer}${close}`;
        const chunks = cutAt(
          text,
          splits.map(([position]) => position),
        ).map((chunk, index) => [index === 0 ? 0 : (splits[index - 1]?.[1] ?? 0), chunk] as const);
        const seen = readSlowly([...chunks, [5000, after]]);
        const texts = seen.filter((piece) => typeof piece === 'string').join('');
        expect(texts.replace(`${esc}[27u`, '')).toBe(after);
      },
    ),
    { numRuns: rounds(500) },
  );
});

test('an answer that is not expected any more is dropped as well, in one read or with short pauses', () => {
  fc.assert(
    fc.property(end, fc.array(fc.nat(200), { maxLength: 6 }), (close, at) => {
      const chunks = cutAt(`j${answer}${close}k`, at).map((chunk) => [10, chunk] as const);
      const texts = readSlowly(chunks, false).filter((piece) => typeof piece === 'string');
      expect(texts.join('')).toBe('jk');
    }),
  );
});

test('the end of an answer that comes seconds after its beginning is no text', () => {
  expect(
    readSlowly([
      [0, `${esc}]11;rgb:fdfd/`],
      [3000, 'j'],
      [3000, `/ffff${bel}k`],
    ]),
  ).toEqual(['jk']);
});

test('garbled answers leak nothing: neither their body nor the sequence that ends them', () => {
  const garbage = fc
    .array(fc.constantFrom('1', ';', 'r', 'g', 'b', ':', '/', 'f', 'q', '?', '注', ' '), { maxLength: 40 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(garbage, end, fc.array(fc.nat(200), { maxLength: 6 }), (body, close, at) => {
      const chunks = cutAt(`j${esc}]1${body}${close}k`, at).map((chunk) => [0, chunk] as const);
      expect(readSlowly(chunks).filter((piece) => typeof piece === 'string')).toEqual(['jk']);
    }),
  );
});

test('the escape key and ] of the keyboard arrive, also while an answer is expected', () => {
  for (const expects of [true, false]) {
    expect(
      readSlowly(
        [
          [0, esc],
          [500, ']'],
        ],
        expects,
      ),
    ).toEqual([`${esc}[27u]`]);
    expect(
      readSlowly(
        [
          [0, esc],
          [500, ']'],
          [50, 'j'],
        ],
        expects,
      ),
    ).toEqual([`${esc}[27u]j`]);
    expect(
      readSlowly(
        [
          [0, `${esc}]`],
          [2000, '1'],
        ],
        expects,
      ),
    ).toEqual([`${esc}]1`]);
  }
});
