import { isSecretName } from '../../../domain/mask/secret-fields.ts';
import { quoteArgument, splitArguments } from './arguments.ts';

/** Commands of earlier days than these are typed anew. */
const historyKept = 200;
/** Nobody types a longer one. */
const longestKept = 500;

/** Each word of a command, in quotes where it needs them. `name=` keeps its name and loses its value where that is taken. */
const withoutValues = (command: string, isTaken: (name: string, value: string) => boolean): string =>
  splitArguments(command)
    .map((word) => {
      const at = word.indexOf('=');
      const isGone = at > 0 && isTaken(word.slice(0, at), word.slice(at + 1));
      return quoteArgument(isGone ? word.slice(0, at + 1) : word);
    })
    .join(' ');

/**
 * A command as it may be kept: without values that `mask` recognises as secrets. Empty where a secret stands in it
 * elsewhere: half a command is of no use, and a mark in its place would be sent some day.
 */
export const sanitizeCommand = (command: string, mask: (text: string) => string): string => {
  if (mask(command) === command) return command;
  const kept = withoutValues(command, (name, value) => {
    const whole = `${name}=${value}`;
    return mask(value) !== value || mask(whole) !== whole;
  });
  return mask(kept) === kept ? kept : '';
};

/** A command without the values of parameters whose names say that they are nobody's business. */
const withoutSecretValues = (command: string): string => withoutValues(command, isSecretName);

/** The history with one more command, newest last, each once. */
export const appendToHistory = (history: readonly string[], command: string): readonly string[] => {
  const kept = withoutSecretValues(command.trim());
  return kept === '' ? history : [...history.filter((one) => one !== kept), kept].slice(-historyKept);
};

/** What a file of earlier commands says, line by line; what cannot be a command is left out. */
export const parseHistory = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length <= longestKept)
    .slice(-historyKept);
