import fc from 'fast-check';
import { expect } from 'vitest';
import { parseCalc } from '../../src/expressions/calc/parse.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { noon, snapshotWith } from '../support/made-facts.ts';
import { family } from './support/attack.ts';
import { hostileText } from './support/texts.ts';

const words = [
  'any',
  'all',
  'count',
  'alert',
  '(',
  ')',
  '[',
  ']',
  '|',
  'breakers',
  'state',
  'name',
  'open',
  '=',
  '!=',
  '>=',
  '5',
  '"x"',
  'and',
  'or',
  'not',
  'for',
  '30s',
  'in',
  ',',
  'matches',
  '/a/',
  'rising',
  '${param.x}',
  'level',
  'crit',
  'api.latency',
];
const tokenText = fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((parts) => parts.join(' '));

type Parse = typeof parseExpression;
/** Parses without a limit on the nesting depth. */
const recursive: Parse = (text) => {
  const depth = (index: number): number => (text.startsWith('not ', index) ? 1 + depth(index + 4) : 0);
  depth(0);
  return parseExpression(text);
};

const snapshot = snapshotWith({});

family('expressions', ({ attack }) => {
  attack('arbitrary text parses to an expression that can be evaluated, or to an error with a position', {
    rounds: 2000,
    corpus: [
      'not '.repeat(100_000),
      '('.repeat(4000),
      `any(breakers | ${'('.repeat(4000)}`,
      '"'.repeat(4000),
    ],
    inputs: fc.oneof(fc.string({ unit: 'grapheme' }), hostileText, tokenText),
    defense: parseExpression,
    sabotaged: recursive,
    holds: (text, parse) => {
      const parsed = parse(text);
      if (parsed.ok) {
        expect(['true', 'false', 'unknown']).toContain(
          evaluateExpression(parsed.expression, snapshot, { now: noon }).value,
        );
        return;
      }
      expect(parsed.col).toBeGreaterThanOrEqual(1);
      expect(parsed.col).toBeLessThanOrEqual(text.length + 1);
      expect(parsed.message).not.toBe('');
    },
  });

  attack('arbitrary text parses to a calculation that can be evaluated, or to an error with a position', {
    rounds: 1000,
    corpus: ['-'.repeat(100_000), '('.repeat(4000), 'min('.repeat(4000)],
    inputs: fc.oneof(
      fc
        .array(
          fc.constantFrom('(', ')', '-', '+', '*', '/', '×', 'min(', 'max(', ',', '1e9', 'a', '${x}', ' '),
          {
            maxLength: 30,
          },
        )
        .map((parts) => parts.join('')),
      hostileText,
    ),
    defense: (text: string) => parseCalc(text),
    sabotaged: (text: string) => {
      const depth = (index: number): number => (/[-(]/.test(text[index] ?? '') ? 1 + depth(index + 1) : 0);
      depth(0);
      return parseCalc(text);
    },
    holds: (text, parse) => {
      const parsed = parse(text);
      if (parsed.ok) return;
      expect(parsed.col).toBeGreaterThanOrEqual(1);
      expect(parsed.col).toBeLessThanOrEqual(text.length + 1);
      expect(parsed.message).not.toBe('');
    },
  });
});
