import { LineCounter } from 'yaml';
import { errorMessage } from '../../../domain/text/error-message.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import { parseYamlDocuments } from '../../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../../../domain/yaml/yaml-limits.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';

const jsonProblem = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return oneLine(errorMessage(error));
  }
};

/** Only the first line of the message: the rest quotes the text, which may contain secrets. */
const yamlProblem = (text: string): string | undefined => {
  const lines = new LineCounter();
  try {
    const [error] = parseYamlDocuments(text, { lineCounter: lines }).flatMap(({ errors }) => errors);
    if (error === undefined) return undefined;
    const { line, col } = lines.linePos(error.pos[0]);
    return `${line}:${col}: ${oneLine(error.message.split('\n')[0] ?? '')}`;
  } catch (error) {
    if (error instanceof YamlLimitError) return `${error.message}. ${sentenceCase(error.todo)}`;
    throw error;
  }
};

/**
 * Returns the problem of a text whose name implies a format (.yml, .yaml, .json), with line and column; undefined when
 * it is valid.
 */
export const documentProblem = (name: string, text: string): string | undefined => {
  if (/\.ya?ml$/.test(name)) return yamlProblem(text);
  return name.endsWith('.json') ? jsonProblem(text) : undefined;
};

/** True when a name implies a format. */
export const isDocument = (name: string): boolean => /\.(ya?ml|json)$/.test(name);
