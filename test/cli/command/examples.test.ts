import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declaredProgram } from '../../../src/cli/program.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { sampled } from '../../support/layer.ts';

const page = await readFile('docs/reference/commands.md', 'utf8');

/** The command lines below `Examples:`, without what the shell does with them. */
const examples = page
  .split('\n')
  .map((line) => /^ {2}(?:\w+=\S+ |source <\()?(opsdeck\b.*)$/.exec(line)?.[1])
  .filter((line) => line !== undefined)
  .map((line) => line.replace(/(?:\)? {2,}#.*| [|>] .*)$/, '').replace(/\)$/, ''));

/** The words of a line as a POSIX shell gives them. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|\S)+/g)].map(([word]) => word.replaceAll(/["']/g, ''));

/** Every command of a program, which then does nothing. */
const disarmed = (program: Command): Command => {
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => {});
  return program;
};

test('the page has examples of every command', () => {
  const shown = new Set(examples.map((line) => wordsOf(line)[1]));
  const commands = declaredProgram().commands.map((command) => command.name());
  expect(commands.filter((name) => !shown.has(name) && name !== 'help')).toEqual([]);
});

// Declared once: each parse begins with the declared values again.
const program = disarmed(declaredProgram());

test.each(examples)('%s is a valid command line', async (line) => {
  const parsed = program.parseAsync(wordsOf(line).slice(1), { from: 'user' });
  await expect(parsed).resolves.toBe(program);
});

let workspace: Workspace;
beforeAll(() => {
  workspace = openWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Those that read only what a new directory has. */
const harmless =
  /^opsdeck (?:drill --(?:list|history)|audit (?:show|verify)(?!.*--env)|trust --list|completion|validate$|check --env demo\/)/;
/** Every shipped profile is also read by test/profile/shipped.test.ts. */
const isQuick = (line: string): boolean => line !== 'opsdeck validate';

test.each(
  sampled(
    examples.filter((line) => harmless.test(line)),
    isQuick,
  ),
)('%s runs', async (line) => {
  const ended = await workspace.run(wordsOf(line).slice(1));
  expect(ended.stderr).not.toMatch(/internal error|unknown option|too many arguments/);
  expect(ended.code).toBeLessThan(4);
});
