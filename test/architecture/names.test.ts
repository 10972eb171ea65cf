import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { filesUnder } from './imports.ts';

/** Names that do not say what they hold, as variables and as parameters; `at` may be the time of a parameter or a field. */
const vague = [
  /\b(?:const|let) (?:at|one|asked|learned|sane|saw)\b/,
  /[(,] ?(?:asked|learned|sane): /,
  // One word per concept: docs/glossary.md.
  /\bbatch\??: (?:Feed)?Reading\b/,
];

/** Several variables of one declaration, although nothing is taken apart. */
const tuple = /\b(?:const|let) \[[^\]]*\](?:: [^=]*)? = \[(?!\.\.\.)[^\]]*\];/;

const offenders = async (patterns: readonly RegExp[]): Promise<readonly string[]> =>
  (
    await Promise.all(
      (
        await filesUnder('src')
      ).map(async (file) =>
        (
          await readFile(file, 'utf8')
        )
          .split('\n')
          .flatMap((line, index) =>
            patterns.some((pattern) => pattern.test(line)) ? [`${file}:${index + 1} ${line.trim()}`] : [],
          ),
      ),
    )
  ).flat();

test('a variable is named for what it holds', async () => {
  expect(await offenders(vague), 'Name it for its value: time, index, place, request, reading.').toEqual([]);
});

test('each variable has a declaration of its own', async () => {
  expect(await offenders([tuple]), 'Write a declaration for each.').toEqual([]);
});
