import { isSecretName } from '../../domain/secret-name.ts';
import { quoted, wordsOf } from './words.ts';

/** Commands of earlier days than these are typed anew. */
const historyKept = 200;
/** Nobody types a longer one. */
const longestKept = 500;

/** A command without the values of parameters whose names say that they are nobody's business. */
const withoutSecretValues = (command: string): string =>
  wordsOf(command)
    .map((word) => {
      const at = word.indexOf('=');
      return quoted(at > 0 && isSecretName(word.slice(0, at)) ? word.slice(0, at + 1) : word);
    })
    .join(' ');

/** The history with one more command, newest last, each once. */
export const withCommand = (history: readonly string[], command: string): readonly string[] => {
  const kept = withoutSecretValues(command.trim());
  return kept === '' ? history : [...history.filter((one) => one !== kept), kept].slice(-historyKept);
};

/** What a file of earlier commands says, line by line; what cannot be a command is left out. */
export const historyIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length <= longestKept)
    .slice(-historyKept);
