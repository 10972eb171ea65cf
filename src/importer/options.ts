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

/** The options in one word. */
interface WordOptions {
  readonly given: readonly GivenOption[];
  /** The next word is the value of the last one. */
  readonly tookNext: boolean;
}

const list = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

/** Words that an expansion begins: their value may be an option. */
export const isExpansion = (word: string): boolean => /^(?:\$[\w({@*#?!'"-]|`)/.test(word);

/** The letters of `-sXDELETE`; undefined for an unknown one. */
const cluster = (
  word: string,
  next: string | undefined,
  { flags = '', valued = '' }: OptionSpec,
): WordOptions | undefined => {
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

/** The options of one word. `next`: the word behind it, which may be a value. Undefined: one is unknown. */
const optionsOf = (word: string, next: string | undefined, spec: OptionSpec): WordOptions | undefined => {
  if (list(spec.long).includes(word)) return { given: [{ name: word }], tookNext: false };
  const name = word.split('=', 1)[0] ?? '';
  if (!list(spec.longValued).includes(name))
    return word.startsWith('--') ? undefined : cluster(word, next, spec);
  const isAttached = word.includes('=');
  const value = isAttached ? word.slice(name.length + 1) : next;
  return value === undefined ? undefined : { given: [{ name, value }], tookNext: !isAttached };
};

/**
 * Parses the options of a program: combined letters, attached values, `--name=value`. Undefined when one of them is
 * unknown, because its effect, and whether it takes the next word, are then unknown too.
 */
export const parseOptions = (words: readonly string[], spec: OptionSpec): ParsedOptions | undefined => {
  const options: GivenOption[] = [];
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return { options, operands: [...operands, ...words.slice(i + 1)] };
    if (word !== '-' && word.startsWith('-')) {
      const read = optionsOf(word, words[i + 1], spec);
      if (read === undefined) return undefined;
      options.push(...read.given);
      if (read.tookNext) i += 1;
    } else if (spec.isWrapper) return { options, operands: words.slice(i) };
    else operands.push(word);
  }
  return { options, operands };
};

/** The values of an option, in their order. */
export const valuesOf = (parsed: ParsedOptions, ...names: readonly string[]): readonly string[] =>
  parsed.options.flatMap(({ name, value }) => (names.includes(name) && value !== undefined ? [value] : []));

export const hasOption = (parsed: ParsedOptions, ...names: readonly string[]): boolean =>
  parsed.options.some(({ name }) => names.includes(name));
