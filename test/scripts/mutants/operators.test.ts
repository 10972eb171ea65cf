import { describe, expect, test } from 'vitest';
import { mutationsOf } from '../../../scripts/mutants/operators.ts';
import { withMutation } from '../../../scripts/mutants/probed.ts';

/** The mutants of a text, each as its operator and the changed text. */
const mutantsOf = (text: string): readonly string[] =>
  mutationsOf('a.ts', text).map((mutation) => `${mutation.operator}: ${withMutation(text, mutation)}`);

describe('mutants of a statement', () => {
  const cases: readonly { readonly text: string; readonly mutants: readonly string[] }[] = [
    { text: 'f(a < b);', mutants: ['statement: ;', 'comparison: f(a <= b);'] },
    { text: 'f(a >= b);', mutants: ['statement: ;', 'comparison: f(a > b);'] },
    { text: 'f(a === 1);', mutants: ['statement: ;', 'equality: f(a !== 1);'] },
    { text: "const x = a !== 'b';", mutants: ["equality: const x = a === 'b';"] },
    { text: 'const x = a && b;', mutants: ['logical: const x = a || b;'] },
    { text: 'const x = a ?? f(b);', mutants: ['fallback: const x = a ;'] },
    { text: 'const x = c ? a : b;', mutants: ['condition: const x = !(c) ? a : b;'] },
    { text: 'const x = !c ? a : b;', mutants: ['condition: const x = (c) ? a : b;'] },
    { text: 'const x = a === b ? c : d;', mutants: ['equality: const x = a !== b ? c : d;'] },
    { text: 'const x = true;', mutants: ['boolean: const x = false;'] },
    { text: 'const x = 1_000;', mutants: ['number: const x = 1001;'] },
    { text: "const x = 'a';", mutants: ["string: const x = '';"] },
    { text: 'const x = a.some(f);', mutants: ['predicate: const x = a.every(f);'] },
    { text: 'const x = a?.filter(f).b;', mutants: ['predicate: const x = a .b;'] },
    { text: 'await f();', mutants: ['statement: ;'] },
    { text: 'a.b = c;', mutants: ['statement: ;'] },
    {
      text: 'const f = () => { if (c) return a; return b; };',
      mutants: [
        'guard: const f = () => { ; return b; };',
        'condition: const f = () => { if (!(c)) return a; return b; };',
        'return: const f = () => { if (c) return a; return undefined; };',
      ],
    },
  ];

  test.each(cases)('$text', ({ text, mutants }) => {
    expect(mutantsOf(text)).toEqual(mutants);
  });
});

test('names, types, modules and directives have no mutants', () => {
  const text = [
    "'use strict';",
    "import a from './a.ts';",
    "export * from './b.ts';",
    "type T = 'x' | 1 | true;",
    "const o = { 'k': a } as { readonly k: 'v' };",
    "const b = import('./b.ts');",
    'for (;;) break;',
  ];
  expect(mutantsOf(text.join('\n'))).toEqual([]);
});

test('a mutant has the line on which it begins', () => {
  expect(mutationsOf('a.ts', '\n\nf(\n  1,\n);').map(({ operator, line }) => [operator, line])).toEqual([
    ['statement', 3],
    ['number', 4],
  ]);
});

test('a file that cannot be parsed is an error that names it', () => {
  expect(() => mutationsOf('src/a.ts', 'const = 1;')).toThrow(/^src\/a\.ts cannot be parsed: /);
});
