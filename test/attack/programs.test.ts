import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { family } from './support/attack.ts';
import { hostileValue, hostileValues } from './support/hostile-values.ts';

/** Prints the number of its arguments, and each in hexadecimal, so that values are unambiguous. */
const program = `#!/usr/bin/env node
for (const word of process.argv.slice(2)) console.log('arg:' + Buffer.from(word).toString('hex') + ':');
console.log('count:' + (process.argv.length - 2));
`;

const profile = (argv: string): string => `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  tools: { type: script }
runbooks:
  - id: take
    title: Take a value
    params:
      x: { type: string }
    act:
      - { id: a1, title: Call, use: tools.exec, danger: safe, with: { argv: ${argv} } }
    verify: none
`;

/** The arguments that a program got from a run with this value; 'refused' if the run was rejected. */
type Run = (workspace: Workspace, value: string) => Promise<readonly string[] | 'refused'>;

const runOf =
  (argv: string): Run =>
  async (workspace, value) => {
    await workspace.put('program', program);
    await chmod(workspace.path('program'), 0o755);
    await workspace.put('profiles/dev.yaml', profile(argv));
    const { stdout, code } = await workspace.run([
      'run',
      'take',
      '--env',
      'shop/dev',
      '--param',
      `x=${value}`,
      '--json',
    ]);
    if (code === 3 || code === 4) return 'refused';
    const count = Number(/count:(\d+)/.exec(stdout)?.[1]);
    const args = [...stdout.matchAll(/arg:([0-9a-f]*):/g)].map(([, hex = '']) =>
      Buffer.from(hex, 'hex').toString('utf8'),
    );
    expect(args, stdout).toHaveLength(count);
    return args;
  };

test('passes a harmless value', async () => {
  await using workspace = openWorkspace();
  const run = runOf('[../program, --, "${param.x}"]');
  expect(await run(workspace, 'harmless')).toEqual(['--', 'harmless']);
  expect(await run(workspace, '--help; $(id)')).toEqual(['--', '--help; $(id)']);
});

family('programs', ({ attack }) => {
  attack('a program started by a runbook gets a value as one argument, or the run is rejected', {
    rounds: 2,
    corpus: ['--help', '; id', '$(id)', '\'"\\', 'a b', '', 'a\nb'],
    inputs: hostileValue.filter((value) => hostileValues.includes(value) || value.isWellFormed()),
    defense: runOf('[../program, first, --, "${param.x}", last]'),
    // As if a shell had split its text.
    sabotaged: (async (_, value) => ['first', '--', ...value.split(' '), 'last']) as Run,
    holds: async (value, run) => {
      await using workspace = openWorkspace();
      const args = await run(workspace, value);
      if (args !== 'refused') expect(args).toEqual(['first', '--', value, 'last']);
    },
    cpuLimitMs: 120_000,
  });
});
