import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcherOf } from '../../../src/domain/regex/matcher.ts';
import { runGuarded } from '../../../src/platform/runtime/run-guarded.ts';
import { rounds } from '../../support/layer.ts';

/** A thousand times the bound. An expression that backtracks exceeds any limit. */
const patienceMs = 5000;

const atom = fc.constantFrom('a', 'b', '.', '\\w', '[ab]', '\\s', '(?=a)', '(?!b)', '\\b', 'a|ab', '');
const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '{2,}', '{0,9}', '{3}');
/** Sequential and nested repetitions, and alternatives with a common prefix: the causes of backtracking. */
const hostile = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc
    .array(
      fc.oneof(
        { depthSize: 'small', maxDepth: 2 },
        fc.tuple(atom, quantifier).map(([inside, times]) => `(?:${inside})${times}`),
        fc.tuple(tie('expression'), quantifier).map(([inside, times]) => `(${inside})${times}`),
        fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `(?:${left}|${right})`),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('')),
})).expression;

/** Texts that almost match. */
const texts = (length: number): readonly string[] =>
  ['a', 'ab', 'a ', '\n']
    .map((part) => part.repeat(length).slice(0, Math.max(0, length - 1)) + '!')
    .concat('a'.repeat(length));

test('an expression that V8 matches without a watchdog needs few steps on any text', () => {
  let nativeCount = 0;
  let unlimited = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('', '^'),
      hostile,
      fc.constantFrom('', '$', '=', '(?!x)='),
      (begin, middle, end) => {
        const source = `${begin}${middle}${end}`;
        const { nativeChars } = matcherOf(source);
        if (nativeChars === Number.POSITIVE_INFINITY) unlimited++;
        if (nativeChars > 0) nativeCount++;
        const native = new RegExp(source);
        for (const text of texts(Math.max(0, Math.min(nativeChars, 20_000))))
          expect([source, text.length, runGuarded(() => void native.test(text), patienceMs)]).toEqual([
            source,
            text.length,
            'done',
          ]);
      },
    ),
    { numRuns: rounds(2000, 0.1) },
  );
  expect(nativeCount).toBeGreaterThan(rounds(200));
  expect(unlimited).toBeGreaterThan(rounds(20) / 2);
});

test('a bounded matcher finishes on long texts', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('', '$', '='), (middle, end) => {
      const matcher = matcherOf(`${middle}${end}`);
      if (!matcher.isBounded) return;
      for (const text of texts(3000))
        expect([matcher.source, runGuarded(() => void matcher.test(text), patienceMs)]).toEqual([
          matcher.source,
          'done',
        ]);
    }),
    { numRuns: rounds(300) },
  );
});
