import type { Command } from 'commander';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { nearestWord } from '../../profile/document/diagnostics.ts';
import { UsageError } from './exit-code.ts';

/** The usage error of a command that does not exist: the nearest one, or all of them. */
export const unknownCommand = (word: string, { commands }: Pick<Command, 'commands'>): UsageError => {
  const names = commands.map((command) => command.name());
  const meant = nearestWord(word, names);
  const hint = meant === undefined ? `commands: ${names.join(', ')}` : `did you mean "${meant}"?`;
  return new UsageError(`unknown command "${word}". ${sentenceCase(hint)}`);
};
