import fc from 'fast-check';
import { expect } from 'vitest';
import { isMap, isPair, isSeq, parseDocument, visit } from 'yaml';
import { parseYamlDocument } from '../../src/domain/yaml/bounded-yaml.ts';
import { untrustedYamlLimits, YamlLimitError } from '../../src/domain/yaml/yaml-limits.ts';
import { parseBoundedJson } from '../../src/platform/network/bounded-json.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { family } from './support/attack.ts';

/** A text that repeats fragments: what costs a parser more than its size. */
const repeated = (fragments: readonly string[], most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: most }),
    )
    .map(([parts, count]) =>
      Array.from({ length: count }, (_, index) => parts.join('').replaceAll('%', String(index))).join(''),
    );

const numbered = (count: number, line: string): string =>
  Array.from({ length: count }, (_, index) => line.replaceAll('%', String(index))).join('');

/** The values of a parsed JSON text, and its depth. */
const measure = (root: unknown): { readonly count: number; readonly depth: number } => {
  let count = 0;
  let deepest = 0;
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    count += 1;
    deepest = Math.max(deepest, depth);
    if (typeof value === 'object' && value !== null)
      for (const element of Object.values(value)) pending.push({ value: element, depth: depth + 1 });
  }
  return { count, depth: deepest };
};

family('bulk', ({ attack }) => {
  attack('a YAML text of repeated fragments is parsed within its limits, or refused', {
    rounds: 40,
    inputs: repeated(
      ['k%: 1\n', '- ', '"', '[', '{a: ', '&x%', '*x', '\n', '#\n', '---\n', ': ', '? ', '|\n x\n', ' '],
      20_000,
    ),
    corpus: [
      numbered(6000, 'k%: 1\n'),
      '['.repeat(500),
      `a: &a 1\nb: [${'*a,'.repeat(200)}]`,
      '- []\n'.repeat(3 * untrustedYamlLimits.entries + 1),
    ],
    defense: (text: string) => parseYamlDocument(text, { limits: untrustedYamlLimits }),
    sabotaged: (text: string) => parseDocument(text),
    holds: (text, parse) => {
      const began = process.cpuUsage();
      let entries = 0;
      try {
        visit(parse(text), (_, node) => {
          if (isPair(node) || isMap(node) || isSeq(node)) entries += 1;
        });
      } catch (error) {
        expect(error).toBeInstanceOf(YamlLimitError);
      }
      // A list and its items, a map and its entries.
      expect(entries).toBeLessThanOrEqual(3 * untrustedYamlLimits.entries);
      expect(process.cpuUsage(began).user / 1e6).toBeLessThan(2);
    },
  });

  attack('a JSON text of repeated fragments has at most 500,000 values and 256 levels, or is refused', {
    rounds: 40,
    inputs: repeated(['{},', '[', '1,', '"k%":{', '"\\"[",', '[]', ' ', ']'], 100_000).map(
      (text) => `[${text}`,
    ),
    corpus: [`[${'{},'.repeat(300_000)}{}]`, `${'['.repeat(5000)}${']'.repeat(5000)}`],
    defense: parseBoundedJson,
    sabotaged: (text: string): unknown => JSON.parse(text),
    holds: (text, parse) => {
      try {
        const { count, depth } = measure(parse(text));
        expect(count).toBeLessThanOrEqual(500_001);
        expect(depth).toBeLessThanOrEqual(256);
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof WireError)) throw error;
      }
    },
  });
});
