import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { visibleStrings } from '../../scripts/words/strings.ts';

/** The texts that people read of a module with this source. */
const textsOf = async (source: string): Promise<readonly string[]> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-strings-'));
  try {
    const file = join(dir, 'module.ts');
    await writeFile(file, source);
    return (await visibleStrings(file)).map(({ text }) => text);
  } finally {
    await rm(dir, { recursive: true });
  }
};

test('a part that another text contains is drawn there, whole, and not alone', async () => {
  const source = `
    const limit = 'at most three names are shown here';
    const place = (file) => \`in the file \${file} of the profile\`;
    const say = (why) => \`cannot read \${why} \${place(path)}: \${limit}\`;`;
  expect(await textsOf(source)).toEqual([
    'cannot read {reason} in the file {path} of the profile: at most three names are shown here',
  ]);
});

test('what happened and the way on are one text, also where a variable says what happened', async () => {
  const source = `
    const one = { what: 'no file matches the path', todo: 'correct the path of the source' };
    const other = { what, next: 'correct the path of the source' };`;
  expect(await textsOf(source)).toEqual([
    'no file matches the path. Correct the path of the source',
    '{problem}. Correct the path of the source',
  ]);
});

test.each([
  ["'while the target was being read'", []],
  ["'a modified file'", []],
  ['`${total} in indexes`', []],
  ["'cannot be read: permission denied'", ['{name} cannot be read: permission denied']],
  [
    '`no answer in ${limitMs}, so the outcome is unknown`',
    ['no answer in {duration}, so the outcome is unknown'],
  ],
])('%s is drawn as %j', async (text, drawn) => {
  expect(await textsOf(`export const text = ${text};`)).toEqual(drawn);
});
