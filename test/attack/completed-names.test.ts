import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';
import { scratchDir } from '../support/scratch-dir.ts';
import { family } from './support/attack.ts';

const script = async (shell: string): Promise<string> => {
  await using workspace = openWorkspace();
  const { stdout, code } = await workspace.run(['completion', shell]);
  expect(code).toBe(0);
  return stdout;
};
const scripts = { bash: await script('bash'), zsh: await script('zsh'), fish: await script('fish') };

/** Names of directories that a shell would execute, expand or split. */
const hostileName = fc.oneof(
  fc.constantFrom(
    '$(touch pwned)',
    '$(touch${IFS}pwned)',
    '`touch pwned`',
    'a;touch pwned',
    "a'b\\'c\\",
    'a "b" *',
    '~root',
    '-rf',
    '{a,b}',
    '> pwned &',
  ),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .map((text) => text.replaceAll(/[\p{Cc}/]/gu, '_'))
    .filter((text) => text !== '.' && text !== '..'),
);

/** Completes the value of an option in bash, inserts each reply into a command line, and prints the words that it becomes. */
const completes = (option: string): string => `
COMP_WORDS=(opsdeck ${option} '') COMP_CWORD=2
_opsdeck
for reply in "\${COMPREPLY[@]}"; do
  eval "set -- $reply"
  printf '%s\\n' "$#" "$@"
done`;

family('completed names', ({ attack }) => {
  attack('the name of a directory that bash completes is one word of the command line, and runs nothing', {
    rounds: 20,
    inputs: fc.uniqueArray(hostileName, { minLength: 1, maxLength: 4 }),
    corpus: [['$(touch${IFS}pwned)', 'a b']],
    defense: scripts.bash,
    sabotaged: scripts.bash.replace('printf -v quoted %q "$name"', 'quoted=$name'),
    holds: async (names, bash) => {
      const dir = await mkdtemp(join(scratchDir(), 'opsdeck-completed-'));
      try {
        for (const name of names) await mkdir(join(dir, name));
        await writeFile(join(scratchDir(), 'completion.bash'), bash);
        for (const option of ['--profiles', '--trace']) {
          const text = `source ${join(scratchDir(), 'completion.bash')}\n${completes(option)}`;
          const { stdout } = spawnSync('bash', ['--norc', '--noprofile', '-c', text], {
            encoding: 'utf8',
            cwd: dir,
          });
          const words = stdout.split('\n').slice(0, -1);
          expect(words.filter((_, index) => index % 2 === 1).sort()).toEqual([...names].sort());
          expect(words.filter((_, index) => index % 2 === 0)).toEqual(names.map(() => '1'));
        }
        expect((await readdir(dir)).sort()).toEqual([...names].sort());
        return names.length;
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    cpuLimitMs: 300_000,
  });

  attack(
    'zsh and fish complete names of files and environments only by their own functions, which quote them',
    {
      rounds: 1,
      inputs: fc.constantFrom('zsh' as const, 'fish' as const),
      corpus: ['zsh' as const, 'fish' as const],
      defense: scripts,
      sabotaged: { bash: '', zsh: 'compadd -Q -- $(ls)\n', fish: "complete -c opsdeck -a '(ls)' \n" },
      holds: (shell, of) => {
        // Every command substitution asks opsdeck for environments, whose names have no special characters.
        const code = of[shell].replaceAll(/^#.*$/gm, '');
        const asked = [...code.matchAll(/\((?:opsdeck|ls)[^)]*\)/g)].map(([text]) => text);
        expect(new Set(asked)).toEqual(new Set(['(opsdeck completion environments 2>/dev/null)']));
        // Of zsh, -Q inserts a word without quotes.
        expect(code).not.toMatch(/compadd -Q|\beval\b/);
      },
    },
  );
});
