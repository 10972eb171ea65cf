import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseYamlDocument, parseYamlDocuments } from '../../../src/domain/yaml/bounded-yaml.ts';
import { yamlLimits } from '../../../src/domain/yaml/yaml-limits.ts';
import { longTest } from '../../support/layer.ts';

const problems = (documents: readonly { readonly errors: readonly { code: string; pos: unknown }[] }[]) =>
  documents.map(({ errors }) => errors.map(({ code, pos }) => ({ code, pos })));

/** What the YAML library finds; its own order is that of the text only for what this parser adds. */
const ofLibrary = (text: string) => {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  return problems(Array.isArray(documents) ? documents : []);
};

const sorted = (all: ReturnType<typeof problems>) =>
  all.map((errors) => errors.map((error) => JSON.stringify(error)).sort());

test.each([
  'a: 1\nb: 2\na: 3\n',
  'a: 1\n"a": 2\n? a\n: 3\n',
  '{ a: 1, b: { c: 1, c: 2 }, a }\n',
  '1: a\n1: b\n"1": c\n0x1: d\n',
  'null: a\n~: b\n: c\n',
  '.nan: a\n.nan: b\n',
  '- a: 1\n- a: 1\n  a: 2\n---\na: 1\na: 2\n',
  '&x a: 1\n!!str a: 2\n',
  '? [a]\n: 1\n? [a]\n: 2\n',
  'a: [b: c: d\na: 2\n',
])('duplicate keys of %j are those that the YAML library finds, at the same places', (text) => {
  expect(sorted(problems(parseYamlDocuments(text)))).toEqual(sorted(ofLibrary(text)));
});

longTest('any text has the same errors as in the YAML library', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    '1',
    '? ',
    '#',
    '&x ',
    '*x',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 24 }), (words) => {
      const text = words.join('');
      expect(sorted(problems(parseYamlDocuments(text)))).toEqual(sorted(ofLibrary(text)));
    }),
    { numRuns: 500, seed: 1 },
  );
});

const limits = { ...yamlLimits, size: 2048, entries: 100, depth: 8, aliases: 5 };

test.each([
  ['a'.repeat(2049), 'the file is larger than 2 KiB'],
  ['a: 1\n'.repeat(101), 'the file has more than 100 keys and items'],
  [`[${'a,'.repeat(101)}]`, 'the file has more than 100 keys and items'],
  ['"'.repeat(1400), 'the file has more than 600 words'],
  ['\n'.repeat(2048), 'the file has more than 2,000 blanks and line ends'],
  ['['.repeat(10), 'the file is nested too deeply'],
  ['- '.repeat(10), 'the file is nested too deeply'],
  [`a: &a 1\nb: [${'*a,'.repeat(6)}]`, 'the file has more than 5 aliases'],
])('%j is refused while it is read', (text, message) => {
  expect(() => parseYamlDocument(text, { limits })).toThrow(message);
});

test('the text of a block is no alias, and no entry', () => {
  const text = `a: |\n${' * x: [y, z]\n'.repeat(150)}`;
  expect(parseYamlDocument(text, { limits }).errors).toEqual([]);
});
