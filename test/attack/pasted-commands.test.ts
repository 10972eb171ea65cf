import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect } from 'vitest';
import { formatShellCommand } from '../../src/domain/text/shell-words.ts';
import { scratchDir } from '../support/scratch-dir.ts';
import { family } from './support/attack.ts';

/** The shells of this machine into which a copied command may be pasted. */
const shells = ['sh', 'bash', 'zsh', 'fish'].filter(
  (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0,
);

/** Names that a shell would execute, expand or split. */
const hostileName = fc.oneof(
  fc.constantFrom(
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a'b\\'c\\",
    'a\ntouch pwned\n',
    '\\\ntouch pwned',
    '!touch !! !$',
    '~root =ls *.* ?[a-z]',
    '${HOME}%s%n',
    '(touch pwned)',
    "$'\\n'touch pwned",
    '#x',
    '',
    '-rf',
    '%self',
    '{a,b}',
    '^a^b',
    '> pwned < /dev/null | cat & ;',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0')),
);

/** Commands that a mistake would run leave their files here. */
const cwd = scratchDir();

const join = (argv: readonly string[]): string => argv.join(' ');

family('pasted commands', ({ attack }) => {
  attack('a copied command is exactly its arguments in every shell of this machine, whatever a name is', {
    rounds: 40,
    inputs: fc.array(hostileName, { minLength: 1, maxLength: 3 }),
    defense: formatShellCommand,
    sabotaged: join,
    holds: (names, format) => {
      const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
      const command = format([process.execPath, '-e', program, '--', ...names]);
      for (const shell of shells) {
        const { stdout, stderr } = spawnSync(shell, ['-c', command], { encoding: 'utf8', cwd });
        expect({ shell, stdout, stderr }).toEqual({ shell, stdout: JSON.stringify(names), stderr: '' });
      }
      return shells.length;
    },
    cpuLimitMs: 300_000,
  });
});
