import { isSecretName } from '../../../domain/mask/secret-fields.ts';
import { quoteArgument, splitArguments } from '../../kit/text/arguments.ts';

/** Maximum number of commands kept. */
const historyKept = 200;
/** Longer lines are discarded. */
const longestKept = 500;

/** Rewrites a command without the values that `isTaken` selects; the `name=` stays. */
const withoutValues = (command: string, isTaken: (name: string, value: string) => boolean): string =>
  splitArguments(command)
    .map((word) => {
      const index = word.indexOf('=');
      const isGone = index > 0 && isTaken(word.slice(0, index), word.slice(index + 1));
      return quoteArgument(isGone ? word.slice(0, index + 1) : word);
    })
    .join(' ');

/**
 * Removes values that `mask` recognizes as secrets. Returns '' if a secret occurs elsewhere: a partial command is
 * useless, and a masked one could be sent later.
 */
export const sanitizeCommand = (command: string, mask: (text: string) => string): string => {
  if (mask(command) === command) return command;
  const kept = withoutValues(command, (name, value) => {
    const whole = `${name}=${value}`;
    return mask(value) !== value || mask(whole) !== whole;
  });
  return mask(kept) === kept ? kept : '';
};

/** Removes values of parameters with secret names. */
const withoutSecretValues = (command: string): string => withoutValues(command, isSecretName);

/** Appends a command to the history, without duplicates, newest last. */
export const appendToHistory = (history: readonly string[], command: string): readonly string[] => {
  const kept = withoutSecretValues(command.trim());
  return kept === '' ? history : [...history.filter((text) => text !== kept), kept].slice(-historyKept);
};

/** Parses a history file; skips lines that cannot be commands. */
export const parseHistory = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length <= longestKept)
    .slice(-historyKept);
