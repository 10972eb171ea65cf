import { type Command, InvalidArgumentError, type Option } from 'commander';
import { invisibleCharacter, stripControls } from '../../domain/text/controls.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { UsageError } from './exit-code.ts';

/**
 * Gives `--rehearse` an empty value where a sub-command follows it. The value (an incident) is optional, so the
 * parser would take the sub-command for an incident. After the sub-command, every word is an incident.
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
 * Throws a UsageError for an option whose value is itself an option: `--arm --dry-run` must not become a real run with
 * the reason "--dry-run". Such a value can still be passed as `--arm=--dry-run`.
 */
export const rejectSwallowedOptions = (argv: readonly string[], program: Command): void => {
  const options = optionsOf(program);
  const flags = new Set(options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null)));
  const takers = new Set(options.filter(({ required }) => required).map(({ long }) => long));
  const end = argv.indexOf('--');
  for (const [index, word] of argv.slice(0, end < 0 ? argv.length : end).entries()) {
    const next = (argv[index + 1] ?? '').split('=')[0] ?? '';
    if (takers.has(word) && flags.has(next))
      throw new UsageError(
        `option ${word} has no value: the next argument is ${next}. Nothing was executed. Write ${word}=VALUE.`,
      );
  }
};

const valued = /^(--param|--set)(?:=(.*))?$/s;

/**
 * Throws a UsageError for a value that contains control characters, or characters that no one can see. Elsewhere they are stripped from the command line,
 * but a stripped parameter would be another value than the one that was typed.
 */
export const rejectControlSequences = (words: readonly string[]): void => {
  for (const [index, word] of words.entries()) {
    const [, option = '', joined] = valued.exec(word) ?? [];
    const value = joined ?? (option === '' ? '' : (words[index + 1] ?? ''));
    const name = stripControls(value.split('=')[0] ?? '');
    if (stripControls(value) !== value)
      throw new UsageError(
        `cannot use ${option} ${name}: the value contains control characters. Remove the control characters.`,
      );
    const invisible = invisibleCharacter(value);
    if (invisible !== undefined)
      throw new UsageError(`cannot use ${option} ${name}: remove the invisible character ${invisible}.`);
  }
};

const pathNames: ReadonlySet<string> = new Set(['path', 'file', 'dir', 'out']);

/**
 * Throws a UsageError for an empty path of a parsed command, as an unset variable of a script makes it. It would name the
 * current directory.
 */
export const rejectEmptyPaths = (command: Command): void => {
  const refuse = (what: string): never => {
    throw new UsageError(
      `${what} is an empty path. Nothing was read or written. Write a path, or . for this directory.`,
    );
  };
  for (const [index, argument] of command.registeredArguments.entries()) {
    const given = command.args.slice(index, argument.variadic ? undefined : index + 1);
    if (pathNames.has(argument.name()) && given.includes('')) refuse(`argument ${argument.name()}`);
  }
  for (const option of command.options)
    if (/<(?:dir|file)>/.test(option.flags) && command.getOptionValue(option.attributeName()) === '')
      refuse(`the value of ${option.long}`);
};

/** Parses the value of an option that is a duration above 0, in ms. Throws InvalidArgumentError. */
export const durationOption = (text: string): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('Expected a duration above 0 with a unit, such as 500ms, 10s or 1m.');
};

/** Parses the value of an option that is a factor above 0. Throws InvalidArgumentError. */
export const factorOption = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0. 1 is the speed of real time.');
};
