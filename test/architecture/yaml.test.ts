import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { filesUnder } from './imports.ts';

/** What the YAML library parses with; it has no limits, and its check of duplicate keys is quadratic. */
const parsers =
  /import\s+(?!type\b)[^;]*\b(?:parse|parseDocument|parseAllDocuments|Parser|Composer|Lexer)\b[^;]*from 'yaml'/;

test('only one module parses YAML, with limits', async () => {
  const files = await filesUnder('src');
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  expect(texts.filter(({ text }) => parsers.test(text)).map(({ file }) => file)).toEqual([
    'src/domain/yaml/bounded-yaml.ts',
  ]);
});
