import type { Command, Option } from 'commander';
import { nearestWord } from '../../profile/document/complaints.ts';

/** `-n, --namespace <namespace>`: the long name, and the value as the help page writes it. */
const flagParts = (flags: string): { readonly name: string; readonly value: string } => {
  const names = flags.match(/--[\w-]+/g) ?? [flags];
  const [, value = 'VALUE'] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return { name: names[0] ?? flags, value: value.toUpperCase() };
};

/** The option of the program or of one of its commands, and the command that has it. */
const ownerOf = (
  program: Command,
  flag: string,
): { readonly option: Option; readonly command: Command } | undefined => {
  for (const command of [program, ...program.commands])
    for (const option of command.options)
      if (option.long === flag || option.short === flag) return { option, command };
  return undefined;
};

type Rewording = readonly [
  pattern: RegExp,
  reword: (match: readonly string[], program: Command) => string | undefined,
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
    /^unknown option '(.+)'$/,
    ([, flag = ''], program) => {
      const owner = ownerOf(program, flag.split('=')[0] ?? flag);
      if (owner === undefined) return undefined;
      const { option, command } = owner;
      const words = command === program ? 'opsdeck' : `opsdeck ${command.name()}`;
      const { name, value } = flagParts(option.flags);
      return `unknown option ${name} here. Write it after the command: ${words} ${name}${option.required ? ` ${value}` : ''}`;
    },
  ],
];

/** The text of a usage error as commander prints it, in the words of opsdeck: what failed, and what to write instead. */
export const usageErrorText = (text: string, program: Command): string => {
  const message = text.replace(/^error: /, '').trimEnd();
  for (const [pattern, reword] of rewordings) {
    const match = pattern.exec(message);
    const reworded = match === null ? undefined : reword(match, program);
    if (reworded !== undefined) return `opsdeck: ${reworded}\n`;
  }
  return `opsdeck: ${message}\n`;
};
