import type { Command, Option } from 'commander';
import { nearestWord } from '../../profile/document/diagnostics.ts';

/** `-n, --namespace <namespace>`: the long name, and the value as the help page writes it. */
const flagParts = (flags: string): { readonly name: string; readonly value: string } => {
  const names = flags.match(/--[\w-]+/g) ?? [flags];
  const [, value = 'VALUE'] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return { name: names[0] ?? flags, value: value.toUpperCase() };
};

const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

/** The program, and the words that were typed. */
interface CommandLine {
  readonly program: Command;
  readonly words: readonly string[];
}

type Rewording = readonly [
  pattern: RegExp,
  reword: (match: readonly string[], line: CommandLine) => string | undefined,
];

/** Commander's errors. It gives the hook that prints them only their text. */
const rewordings: readonly Rewording[] = [
  [
    /^option '(.+)' argument missing$/,
    ([, flags = '']) => {
      const { name, value } = flagParts(flags);
      return `option ${name} has no value, argument missing. Write ${name} ${value}`;
    },
  ],
  [
    /^option '(.+)' argument '(.*)' is invalid\. (.*)$/s,
    ([, flags = '', given = '', rule = '']) => `cannot use ${flagParts(flags).name} "${given}". ${rule}`,
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(\w+)'\. Allowed choices are (.*)\.$/s,
    ([, given = '', , list = '']) => {
      const meant = nearestWord(given, list.split(', '));
      return `cannot use "${given}". ${meant === undefined ? '' : `Did you mean ${meant}? `}Choose one of ${list}`;
    },
  ],
  [
    /^too many arguments for '(.+)'\. Expected (\d+) arguments? but got \d+: (.*)\.$/s,
    ([, command = '', expected = '', given = '']) => {
      const excess = given.split(', ').slice(Number(expected)).join(' ');
      return `too many arguments for ${command}: remove ${excess}`;
    },
  ],
  [
    /^unknown option '(.+?)'(?:\n.*)?$/s,
    ([, given = ''], { program, words }) => {
      const flag = given.split('=')[0] ?? given;
      const typed = program.commands.find((command) => words.includes(command.name()));
      const option = typed && optionOf(typed, flag);
      if (typed !== undefined && option !== undefined) {
        const { name, value } = flagParts(option.flags);
        return `unknown option ${name} before the command. Write opsdeck ${typed.name()} ${name}${option.required ? ` ${value}` : ''}`;
      }
      const owners = program.commands.filter((command) => optionOf(command, flag) !== undefined);
      if (owners.length === 0) return undefined;
      return `unknown option ${flag}. ${flag} is an option of ${owners.map((command) => `opsdeck ${command.name()}`).join(', ')}`;
    },
  ],
];

/** The text of a usage error as commander prints it, in the words of opsdeck: what failed, and what to write instead. */
export const usageErrorText = (text: string, line: CommandLine): string => {
  const message = text.replace(/^error: /, '').trimEnd();
  for (const [pattern, reword] of rewordings) {
    const match = pattern.exec(message);
    const reworded = match === null ? undefined : reword(match, line);
    if (reworded !== undefined) return `opsdeck: ${reworded}\n`;
  }
  return `opsdeck: ${message}\n`;
};
