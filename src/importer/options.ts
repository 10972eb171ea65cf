/** The options that a program is known to accept. Everything else is unknown. */
export interface OptionSpec {
  /** Letters without a value: `sS`. */
  readonly flags?: string;
  /** Letters whose value is the rest of the word, or the next word: `XH`. */
  readonly valued?: string;
  /** Words without a value, with their dashes: `--silent -follow`. */
  readonly long?: string;
  /** Words with a value, as `--name=value` or in the next word. */
  readonly longValued?: string;
  /** The first operand ends the options: what follows is the command of a wrapper. */
  readonly isWrapper?: true;
}

interface GivenOption {
  readonly name: string;
  readonly value?: string;
}

export interface ParsedOptions {
  readonly options: readonly GivenOption[];
  readonly operands: readonly string[];
}

const list = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

/** Words that an expansion begins: their value may be an option. */
export const isExpansion = (word: string): boolean => /^(?:\$[\w({@*#?!'"-]|`)/.test(word);

/** The letters of `-sXDELETE`; undefined for an unknown one. */
const cluster = (
  word: string,
  next: string | undefined,
  { flags = '', valued = '' }: OptionSpec,
): { readonly given: readonly GivenOption[]; readonly tookNext: boolean } | undefined => {
  const given: GivenOption[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] ?? '';
    const name = `-${letter}`;
    if (valued.includes(letter)) {
      const rest = word.slice(i + 1);
      if (rest === '' && next === undefined) return undefined;
      return { given: [...given, { name, value: rest === '' ? (next ?? '') : rest }], tookNext: rest === '' };
    }
    if (!flags.includes(letter)) return undefined;
    given.push({ name });
  }
  return { given, tookNext: false };
};

/**
 * Parses the options of a program: combined letters, attached values, `--name=value`. Undefined when one of them is
 * unknown, because its effect, and whether it takes the next word, are then unknown too.
 */
export const parseOptions = (words: readonly string[], spec: OptionSpec): ParsedOptions | undefined => {
  const long = list(spec.long);
  const longValued = list(spec.longValued);
  const options: GivenOption[] = [];
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return { options, operands: [...operands, ...words.slice(i + 1)] };
    if (word === '-' || !word.startsWith('-')) {
      if (spec.isWrapper) return { options, operands: words.slice(i) };
      operands.push(word);
      continue;
    }
    const name = word.split('=', 1)[0] ?? '';
    if (long.includes(word)) options.push({ name: word });
    else if (longValued.includes(name)) {
      const value = word.includes('=') ? word.slice(name.length + 1) : words[++i];
      if (value === undefined) return undefined;
      options.push({ name, value });
    } else {
      const read = word.startsWith('--') ? undefined : cluster(word, words[i + 1], spec);
      if (read === undefined) return undefined;
      options.push(...read.given);
      if (read.tookNext) i += 1;
    }
  }
  return { options, operands };
};

/** The values of an option, in their order. */
export const valuesOf = (parsed: ParsedOptions, ...names: readonly string[]): readonly string[] =>
  parsed.options.flatMap(({ name, value }) => (names.includes(name) && value !== undefined ? [value] : []));

export const hasOption = (parsed: ParsedOptions, ...names: readonly string[]): boolean =>
  parsed.options.some(({ name }) => names.includes(name));
