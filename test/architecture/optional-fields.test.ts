import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { filesUnder } from './imports.ts';

/** A field that is left out without a value: `x === undefined ? {} : { x }`. */
const leftOut = /\(([\w.?#]+) === undefined \? \{\} : \(?\{ (?:[\w'-]+: )?\1 \}/g;

/** Files that pay for another object, because they run per log line or sample, and sources that use the SDK alone. */
const isExempt = (file: string): boolean =>
  /^src\/(?:logs\/format\/parse-line\.ts$|sources\/(?:alertmanager|promtext)\/)/.test(file);

test('an optional field is left out by defined', async () => {
  const wrong: string[] = [];
  for (const file of (await filesUnder('src')).filter((path) => !isExempt(path))) {
    const text = await readFile(file, 'utf8');
    for (const { index, 0: found } of text.matchAll(leftOut))
      wrong.push(`${file}:${text.slice(0, index).split('\n').length}: ${found}`);
  }
  expect(
    wrong,
    'Write ...defined({ x }) (src/domain/base/defined.ts). Where the value is computed from what is there, keep the condition.',
  ).toEqual([]);
});
