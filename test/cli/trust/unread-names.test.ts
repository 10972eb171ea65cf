import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest, sampled } from '../../support/layer.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({ env: {} });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const keys = (count: number): string => Array.from({ length: count }, (_, n) => ` k${n}: 1\n`).join('');
/** A head that only the parser can read. */
const head = (env: string): string =>
  `opsdeck: 1\nsystem: "demo"\nenv: "${env}"\ntier: local\nvars:\n a: 1\n`;

const opened = () => workspace.run(['runbooks', '--env', 'demo/local']);

longTest(
  'a file that is called like a trusted environment is read first, however many others there are',
  async () => {
    for (let n = 0; n < 300; n += 1) await workspace.put(`profiles/a${n}.yaml`, head(`e${n}`) + keys(4000));
    await workspace.put('profiles/z-local.yaml', head('local'));
    const { code, stderr } = await opened();
    expect(code).toBe(4);
    expect(stderr).toContain('profiles/z-local.yaml:1:1: not trusted, but overrides');
  },
);

const ways: readonly (readonly [way: string, write: () => Promise<void>, where: string])[] = [
  ['too many keys', () => workspace.put('profiles/p.yaml', head('x') + keys(20_000)), 'profiles/p.yaml'],
  [
    'more files than the budget',
    async () => {
      for (let n = 0; n < 300; n += 1) await workspace.put(`profiles/a${n}.yaml`, head(`e${n}`) + keys(4000));
    },
    'profiles/a',
  ],
  [
    'more files than are listed',
    async () => {
      for (let n = 0; n < 1001; n += 1) await workspace.put(`profiles/a${n}.txt`, '');
    },
    'profiles:',
  ],
];

// The files of the second way are also those of the test above.
longTest.each(sampled(ways, ([way]) => way !== 'more files than the budget'))(
  '%s: the trusted profile is opened with a warning that names what was not read',
  async (_, write, where) => {
    await write();
    const { code, stdout, stderr } = await opened();
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('close-breaker') });
    expect(stderr).toMatch(
      /^profiles\S*:1:1: warning: not trusted, and not read: .*. The name may be the same as in \S*profiles\/demo\/local\.yaml, which is opened. Remove it, or choose with --profiles DIR$/m,
    );
    expect(stderr).toContain(where);
  },
);

test('a directory that was read completely gives no warning', async () => {
  await workspace.put('profiles/p.yaml', head('x'));
  expect(await opened()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('not trusted') });
});
