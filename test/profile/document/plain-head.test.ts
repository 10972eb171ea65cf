import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainHead } from '../../../src/profile/document/plain-head.ts';
import { textAt } from '../../../src/profile/document/tree.ts';
import { parseYaml } from '../../../src/profile/document/yaml-tree.ts';
import { longTest, rounds } from '../../support/layer.ts';

const keys = ['system', 'env'] as const;

test.each([
  ['system: shop\nenv: live\n', 'live'],
  [
    '# the shop\n\nopsdeck: 1\r\nsystem: shop  \r\nenv:  west 1/live.a-b \r\nsources:\r\n  a: { env: b }\r\n',
    'west 1/live.a-b',
  ],
  ['system: shop\nenv: live\n# more\n  # and more\nvars:\n  a: |\n    env: b\n', 'live'],
])('reads plain words at the top: %j', (text, env) => {
  expect(plainHead(text, keys)).toEqual({ system: 'shop', env });
});

test.each([
  ['a missing key', 'system: shop\n'],
  ['a key below the top', 'system: shop\nvars:\n  env: live\n'],
  ['a key twice', 'system: shop\nenv: live\nenv: dev\n'],
  ['an indented top', '  system: shop\n  env: live\n'],
  ['a text that goes on', 'system: shop\nenv: live\n\n  west\n'],
  ['quotes', 'system: shop\nenv: "live"\n'],
  ['a comment after the text', 'system: shop\nenv: live # or not\n'],
  ['a reference', 'system: shop\nenv: $' + '{env:NAME}\n'],
  ['a number', 'system: shop\nenv: 1\n'],
  ['a boolean', 'system: shop\nenv: No\n'],
  ['an anchor', 'system: shop\nenv: &a live\n'],
  ['a merge', 'system: shop\nenv: live\n<<: *a\n'],
  ['a document', '---\nsystem: shop\nenv: live\n'],
  ['a second document', 'system: shop\nenv: live\n---\nenv: dev\n'],
  ['a byte order mark', '\uFEFFsystem: shop\nenv: live\n'],
  ['braces', '{ system: shop, env: live }'],
  ['a carriage return alone', 'system: shop\renv: live\n'],
  ['a space that is none', 'system: shop\nenv: live\u00a0\n'],
  ['a line of such spaces', 'system: shop\nenv: live\n \u00a0\n'],
  ['a list', 'system: shop\nenv:\n- live\n'],
])('leaves %s to the parser', (_, text) => {
  expect(plainHead(text, keys)).toBeUndefined();
});

longTest('takes linear time for any file', () => {
  const spaces = ' '.repeat(1_000_000);
  for (const end of ['!', 'x', ': x', '#', ''])
    for (const begin of ['env:', 'env: a', 'env', '', '"env"']) plainHead(`${begin}${spaces}${end}`, keys);
  expect(plainHead(`system: shop${spaces}\nenv:${spaces}live${spaces}`, keys)).toEqual({
    system: 'shop',
    env: 'live',
  });
});

longTest('never differs from the parser', () => {
  const lines = [
    ...[
      'system: shop',
      'env: live',
      'env: live west',
      'env:',
      'env: "a',
      '  env: dev',
      'a: |',
      'a: >-',
      'a: "b',
      "a: 'b",
      'b"',
      "b'",
    ],
    ...[
      'a: { b: c',
      'a: { b: c }',
      '}',
      '  }',
      'a: [',
      ']',
      '  - b',
      '- b',
      '# c',
      '  # c',
      '',
      '   ',
      '---',
      '...',
      '? env',
      ': live',
    ],
    ...[
      '&x env: live',
      '!!str env: live',
      '<<: *x',
      'a: &x { env: live }',
      '\tenv: live',
      'env : live',
      'env: live\r',
      'a b: c',
      '  more',
    ],
  ];
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...lines), { maxLength: 3 }),
      fc.array(fc.constantFrom(...lines), { maxLength: 3 }),
      (before, after) => {
        const text = ['system: shop', ...before, 'env: live', ...after].join('\n');
        const head = plainHead(text, keys);
        if (head === undefined) return;
        const { tree, diagnostics } = parseYaml(text, 'a.yaml');
        if (diagnostics.length > 0 || tree?.is !== 'map') return;
        compared += 1;
        expect({ system: textAt(tree, 'system'), env: textAt(tree, 'env') }).toEqual(head);
      },
    ),
    { numRuns: rounds(20_000) },
  );
  expect(compared).toBeGreaterThan(100);
});

test('reads the shipped environments like the parser', () => {
  const file = 'profiles/trading/production.yaml';
  const text = readFileSync(file, 'utf8');
  const { tree } = parseYaml(text, file);
  const all = ['system', 'env', 'tier', 'title'] as const;
  const parsed = Object.fromEntries(
    all.map((key) => [key, tree?.is === 'map' ? textAt(tree, key) : undefined]),
  );
  expect(plainHead(text, all)).toEqual(parsed);
});
