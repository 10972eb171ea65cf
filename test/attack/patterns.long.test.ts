import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { type Matcher, matcherOf, PatternLimit } from '../../src/domain/regex/matcher.ts';
import { parseRegex } from '../../src/domain/regex/parse.ts';
import { setRegexWatchdog } from '../../src/domain/regex/watchdog.ts';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';
import { family } from './support/attack.ts';
import { backtrackingSteps, re2Steps } from './support/backtracking.ts';

/** About twice the promised limit: counts steps of the model, not of V8. */
const nativeBudget = 2_000_000;
/** Characters that RE2 reads per character of a text: its programs have at most a few hundred instructions here. */
const readsPerCharacter = 400;

const piece = fc.constantFrom('a', 'b', '\\w', '\\d', '.', '[ab]', '[^b]', 'a|b', 'aa|a', '\\s', 'x', 'é');
const repeats = fc.constantFrom('*', '+', '?', '{2,}', '{0,9}', '+?', '*?', '');
/** Nested and adjacent repetitions, which cause backtracking. */
const expression = fc.letrec<{ part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc
      .tuple(piece, repeats)
      .map(([part, times]) => (part.includes('|') ? `(${part})${times}` : `${part}${times}`)),
    fc.tuple(tie('part'), repeats).map(([inner, times]) => `(${inner})${times}`),
    fc.tuple(tie('part'), tie('part')).map((both) => both.join('')),
    fc.tuple(tie('part'), tie('part')).map((both) => `(?:${both.join('|')})`),
  ),
})).part;
const pattern = fc
  .tuple(fc.constantFrom('', '^', '(?=a)', '(?!b)'), expression, fc.constantFrom('', '$', '=', '!', 'c'))
  .map((parts) => parts.join(''));
const text = fc
  .tuple(
    fc.constantFrom('a', 'ab', 'aab', 'a1', ' ', 'aé', 'x'),
    fc.constantFrom(8, 40, 300, 4000),
    fc.constantFrom('', '!', 'b', '=', '\n'),
  )
  .map(([unit, length, end]) => unit.repeat(length / unit.length) + end);

const corpus: readonly (readonly [string, string])[] = [
  ['(a+)+$', `${'a'.repeat(4000)}!`],
  ['(a|a)*$', `${'a'.repeat(300)}b`],
  ['.*.*.*=', 'a'.repeat(4000)],
  ['\\w+\\w+=', 'a'.repeat(4000)],
  ['(.*)(.*)(.*)(.*)(.*)c', 'ab'.repeat(2000)],
  ['^(\\w+\\s?)*$', `${'ab '.repeat(1000)}!`],
  ['(?=a)(a+)+$', `${'a'.repeat(4000)}!`],
];

const modelChars = 1000;

/** The engine that a matcher uses for a text. */
type Engine = (matcher: Matcher, text: string) => 'native' | 'linear' | 'watched';
const selectedEngine: Engine = ({ nativeChars, isBounded }, subject) =>
  subject.length <= nativeChars ? 'native' : isBounded ? 'linear' : 'watched';

/** Aborted, or matched without V8's engine. */
const expectLimited = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(PatternLimit);
  }
};

afterAll(() => setRegexWatchdog(runGuarded));

family('regular expressions', ({ attack }) => {
  attack('no pattern exceeds the steps allowed for its text, and slow backtracking is aborted', {
    rounds: 400,
    corpus: corpus.map(([source, subject]) => [source, subject] as [string, string]),
    inputs: fc.tuple(pattern, text),
    defense: selectedEngine,
    sabotaged: (() => 'native') as Engine,
    holds: ([source, subject], engineOf) => {
      const matcher = matcherOf(source);
      const engine = engineOf(matcher, subject);
      if (engine === 'native') {
        const tree = parseRegex(source, '');
        expect(tree).toBeDefined();
        // The model is recursive: a longer text would overflow its stack.
        if (tree !== undefined) backtrackingSteps(tree, subject.slice(0, modelChars), nativeBudget);
      } else if (engine === 'linear')
        re2Steps(() => void matcher.test(subject), readsPerCharacter * (subject.length + 1));
      else {
        // The test's watchdog aborts before the first step, without a clock. Only RE2 on short texts remains.
        setRegexWatchdog(() => 'over');
        re2Steps(() => expectLimited(() => matcher.test(subject)), readsPerCharacter * (subject.length + 1));
      }
    },
  });
});
