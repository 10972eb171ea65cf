import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expandBraces, globPaths } from '../../../src/platform/files/glob.ts';
import { longTest } from '../../support/layer.ts';

const never = new AbortController().signal;
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-glob-'));
  for (const path of [
    'a.log',
    'b.log',
    'b.txt',
    '.hidden.log',
    'x[1].log',
    'sub/c.log',
    'sub/deep/d.log',
    '.git/e.log',
  ]) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), '');
  }
  await symlink(dir, join(dir, 'sub', 'loop'));
  await symlink('nowhere', join(dir, 'dangling.log'));
});
afterAll(() => rm(dir, { recursive: true }));

const found = async (glob: string): Promise<readonly string[]> =>
  (await globPaths(join(dir, glob), never)).map((path) => path.slice(dir.length + 1));

test.each([
  ['a.log', ['a.log']],
  ['*.log', ['a.log', 'b.log', 'dangling.log', 'x[1].log']],
  ['?.{log,txt}', ['a.log', 'b.log', 'b.txt']],
  ['[ab].log', ['a.log', 'b.log']],
  ['[!a].log', ['b.log']],
  ['[a-b].*', ['a.log', 'b.log', 'b.txt']],
  ['.*.log', ['.hidden.log']],
  ['*/c.log', ['sub/c.log']],
  ['{sub,nowhere}/*.log', ['sub/c.log']],
  ['**/*.log', ['a.log', 'b.log', 'dangling.log', 'sub/c.log', 'sub/deep/d.log', 'x[1].log']],
  ['sub/**', ['sub/c.log', 'sub/deep', 'sub/deep/d.log', 'sub/loop']],
  ['sub/loop/a.log', ['sub/loop/a.log']],
  ['x[[]1].log', ['x[1].log']],
  ['a.log/*', []],
  ['nothing*', []],
  ['no/such/dir/*', []],
])('%s', async (glob, expected) => {
  expect(await found(glob)).toEqual(expected);
});

test('a pattern that visits too many directories is refused', async () => {
  await expect(globPaths('/proc/**/no-such-file', never)).rejects.toMatchObject({
    message: expect.stringMatching(/Write a narrower pattern|permission/),
  });
});

test('a walk ends when aborted', async () => {
  await expect(globPaths('/usr/**/x', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

longTest(
  'braces that multiply to more texts than a pattern may read are refused before they fill the memory',
  async () => {
    const bomb = `/var/log/${'{a,b}'.repeat(40)}`;
    await expect(globPaths(bomb, never)).rejects.toThrow(
      'the pattern would read more than 20000 files. Write a narrower pattern',
    );
    const series = `/var/log/${'{a}'.repeat(30_000)}`;
    await expect(globPaths(series, never)).rejects.toThrow('Write a narrower pattern');
  },
);

test('braces within braces are all expanded', () => {
  expect(expandBraces('a{b,c{d,e}}f')).toEqual(['abf', 'acdf', 'abf', 'acef']);
});
