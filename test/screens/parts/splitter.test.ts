import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputSplitter, type InputPiece } from '../../../src/ui/terminal/mouse/input.ts';

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

const read = (...chunks: readonly string[]): readonly InputPiece[] => {
  const splitter = createInputSplitter();
  const pieces = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  return joined(splitter.waits() ? [...pieces, splitter.release()] : pieces);
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
])('splits %j into keys and mouse events', (bytes, pieces) => {
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
