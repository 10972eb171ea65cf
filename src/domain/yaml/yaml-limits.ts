import { CST } from 'yaml';
import { formatCount } from '../text/format.ts';

/** Limits of a YAML text. Parsing takes about 15 µs per entry. */
export interface YamlLimits {
  /** Characters of the text. */
  readonly size: number;
  /** Entries of all maps and lists. */
  readonly entries: number;
  /** Maps and lists within each other. */
  readonly depth: number;
  readonly aliases: number;
}

const mebibyte = 1024 * 1024;

/** Limits of a file that the user has chosen: five times the largest profiles, and a manifest of the size that etcd takes. */
export const yamlLimits: YamlLimits = { size: 4 * mebibyte, entries: 100_000, depth: 256, aliases: 1000 };

/** Limits of a file whose directory is not trusted, of which only the name is read. */
export const untrustedYamlLimits: YamlLimits = { size: 128 * 1024, entries: 5000, depth: 64, aliases: 100 };

/** Words and marks per entry: a text of quotes or brackets has few entries, and costs as much time. */
const wordsPerEntry = 6;
/** Blanks, line ends and comments per entry. */
const blanksPerEntry = 20;

const blankMarks: ReadonlySet<string | null> = new Set(['space', 'newline', 'comment']);

/** Thrown for a text beyond a limit. */
export class YamlLimitError extends Error {
  readonly todo: string;

  constructor(message: string, todo: string) {
    super(message);
    this.name = 'YamlLimitError';
    this.todo = todo;
  }
}

/** Marks that begin an entry of a map or a list, or a document. */
const entryMarks: ReadonlySet<string | null> = new Set([
  'map-value-ind',
  'explicit-key-ind',
  'seq-item-ind',
  'flow-map-start',
  'flow-seq-start',
  'comma',
  'doc-start',
]);

const tooMuch = (count: number, nouns: string): YamlLimitError =>
  new YamlLimitError(`the file has more than ${formatCount(count)} ${nouns}`, 'split or shorten the file');

/**
 * Creates a check for each token of a text as the lexer finds it, with the depth of nesting that it has reached. It throws
 * YamlLimitError at the first one beyond a limit, so that the rest is not read.
 */
export const countTokens = (text: string, limits: YamlLimits): ((lexeme: string, depth: number) => void) => {
  if (text.length > limits.size)
    throw new YamlLimitError(
      `the file is larger than ${limits.size / 1024} KiB`,
      'split the file, or remove the parts that do not belong in this file',
    );
  let entries = 0;
  let aliases = 0;
  let words = 0;
  let blanks = 0;
  let isText = false;
  return (lexeme, depth) => {
    // The token after this mark is the text of a value, whatever it begins with.
    const type = isText ? 'scalar' : CST.tokenType(lexeme);
    isText = lexeme === CST.SCALAR;
    if (blankMarks.has(type)) blanks += 1;
    else words += 1;
    if (entryMarks.has(type)) entries += 1;
    if (type === 'alias') aliases += 1;
    if (entries > limits.entries) throw tooMuch(limits.entries, 'keys and items');
    if (words > limits.entries * wordsPerEntry) throw tooMuch(limits.entries * wordsPerEntry, 'words');
    if (blanks > limits.entries * blanksPerEntry)
      throw tooMuch(limits.entries * blanksPerEntry, 'blanks and line ends');
    if (aliases > limits.aliases) throw tooMuch(limits.aliases, 'aliases');
    // The document itself is on the stack, too.
    if (depth - 1 > limits.depth)
      throw new YamlLimitError(
        'the file is nested too deeply',
        `reduce the nesting to ${limits.depth} levels`,
      );
  };
};
