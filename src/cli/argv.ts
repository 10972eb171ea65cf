import type { Command, Option } from 'commander';
import { stripControls } from '../domain/controls.ts';
import { UsageError } from './exit-code.ts';

/**
 * `--rehearse` takes an incident or nothing, so a sub-command behind it would be taken for an incident: such a
 * `--rehearse` is given an empty value. Only before the sub-command: behind it, every word is an incident.
 */
export const normalizeRehearse = (
  argv: readonly string[],
  commands: ReadonlySet<string>,
): readonly string[] => {
  const index = argv.indexOf('--rehearse');
  const next = argv[index + 1];
  if (index < 0 || next === undefined || !commands.has(next)) return argv;
  if (argv.slice(0, index).some((word) => commands.has(word))) return argv;
  return [...argv.slice(0, index), '--rehearse=', ...argv.slice(index + 1)];
};

const optionsOf = (program: Command): readonly Option[] => [
  ...program.options,
  ...program.commands.flatMap((command) => command.options),
];

/**
 * Refuses an option whose value is itself an option: of `--arm --dry-run` nobody means a reason "--dry-run" and a run
 * in earnest. A value that looks like that can still be given, as `--arm=--dry-run`. Throws a UsageError.
 */
export const rejectSwallowedOptions = (argv: readonly string[], program: Command): void => {
  const options = optionsOf(program);
  const flags = new Set(options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null)));
  const takers = new Set(options.filter(({ required }) => required).map(({ long }) => long));
  const end = argv.indexOf('--');
  for (const [index, word] of argv.slice(0, end < 0 ? argv.length : end).entries()) {
    const next = (argv[index + 1] ?? '').split('=')[0] ?? '';
    if (takers.has(word) && flags.has(next))
      throw new UsageError(`${word} needs a value, and ${next} follows it; nothing was done`);
  }
};

const valued = /^(--param|--set)(?:=(.*))?$/s;

/**
 * Throws UsageError for a value that would be another one without what steers a terminal: elsewhere that is left out of the words of
 * a command line, but what is done with a value must be what was written.
 */
export const rejectControlSequences = (words: readonly string[]): void => {
  for (const [index, word] of words.entries()) {
    const [, option = '', joined] = valued.exec(word) ?? [];
    const value = joined ?? (option === '' ? '' : (words[index + 1] ?? ''));
    if (stripControls(value) === value) continue;
    const name = stripControls(value.split('=')[0] ?? '');
    throw new UsageError(`${option} ${name}: its value holds control characters; write it without`);
  }
};
