import type { Matcher } from '../../../domain/regex/matcher.ts';
import { joinFirst } from '../../../domain/text/count-text.ts';
import type { FilterError, PaneRow, RowSubject } from '../contract/pane-row.ts';
import { compileFilterPattern, type FilterPattern, isCaseSensitive } from './pattern.ts';

/** Timestamps are not searchable fields. */
const silent: ReadonlySet<string> = new Set(['at', 'since', 'startedAt']);

/**
 * Synonyms: the first of these fields that a row has also answers to the name, so that one name works in every pane.
 */
const others: Readonly<Record<string, readonly string[]>> = {
  state: ['status', 'motion'],
  service: ['group', 'owner', 'name', 'id'],
  owner: ['team', 'user'],
  kind: ['type'],
  node: ['host', 'instance'],
  namespace: ['env', 'database', 'cluster'],
};

/** The value of a field or label with exactly this name. */
const exactFieldValue = (subject: RowSubject, name: string): string | undefined => {
  if (silent.has(name)) return undefined;
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const own: unknown = Object.getOwnPropertyDescriptor(thing, name)?.value;
  if (typeof own === 'string') return own;
  if (typeof own === 'number' || typeof own === 'bigint') return String(own);
  return 'labels' in thing && Object.hasOwn(thing.labels, name) ? thing.labels[name] : undefined;
};

/** The value of a field by name or synonym; undefined if the row has none. */
const filterFieldValue = ({ subject, level, fields }: PaneRow, name: string): string | undefined => {
  if (name === 'level') return level;
  if (fields !== undefined && Object.hasOwn(fields, name)) return fields[name];
  if (subject === undefined) return undefined;
  const value = exactFieldValue(subject, name);
  if (value !== undefined) return value;
  const instead = others[name]?.find((other) => exactFieldValue(subject, other) !== undefined);
  if (instead !== undefined) return exactFieldValue(subject, instead);
  return name === 'kind' ? subject.kind : undefined;
};

/** Field names of a row. */
const namesOf = (row: PaneRow): readonly string[] => {
  const { subject } = row;
  if (subject === undefined) return Object.keys(row.fields ?? {});
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const labels = 'labels' in thing ? Object.keys(thing.labels) : [];
  return [...Object.keys(others), ...Object.keys(thing), ...labels];
};

/** Field names with a value in any row; common names first. */
const filterFieldNames = (rows: readonly PaneRow[]): readonly string[] => {
  const names = new Set<string>(['level']);
  for (const row of rows)
    for (const name of namesOf(row))
      if (!names.has(name) && filterFieldValue(row, name) !== undefined) names.add(name);
  return [...names];
};

type NumberOperator = '<' | '<=' | '>' | '>=';

const compare: Readonly<Record<NumberOperator, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A term of a filter. */
interface FilterTerm {
  readonly at: number;
  /** `!`: keeps rows that do not match. */
  readonly negated: boolean;
  readonly is: 'text' | 'expression' | 'label';
  /** The key of a label term. */
  readonly key: string;
  /** Of a label term that compares numbers: `lag>1000`. */
  readonly operator?: NumberOperator;
  /** Without operators and quotes. */
  readonly value: string;
  /** Offset of the value in the filter. */
  readonly valueAt: number;
}

/** Blanks, operators, then a quoted value (the closing quote may be missing while typing) or a word. */
const pattern =
  /(\s*)(!?)(~|[A-Za-z_][\w.:/-]*=|[A-Za-z_](?:[\w.:/-]*\w)?(?:[<>]=?)(?=-?\d+(?:\.\d+)?(?:\s|$)))?(?:(")([^"]*)"?|(\S*))/g;

/** The key and the operator of a label term. */
const labelMark = /^(.*?)(=|[<>]=?)$/;

const isNumberOperator = (text: string): text is NumberOperator => text in compare;

const kindOf = (mark: string): FilterTerm['is'] => {
  if (mark === '') return 'text';
  return mark === '~' ? 'expression' : 'label';
};

/** Parses a filter such as `psp !~time.?out owner="team a"`. Operators without a value are ignored. */
export const parseFilterTerms = (filter: string): readonly FilterTerm[] =>
  [...filter.matchAll(pattern)].flatMap((match): readonly FilterTerm[] => {
    const [, blanks = '', not = '', mark = '', quote = '', quoted = '', bare = ''] = match;
    const time = match.index + blanks.length;
    const value = quoted + bare;
    const is = kindOf(mark);
    if (value === '' && is !== 'label') return [];
    const valueAt = time + not.length + mark.length + quote.length;
    const [, key = '', operator = ''] = (is === 'label' && labelMark.exec(mark)) || [];
    return [
      {
        at: time,
        negated: not !== '',
        is,
        key,
        ...(isNumberOperator(operator) ? { operator } : {}),
        value,
        valueAt,
      },
    ];
  });

/**
 * True if one word of the text contains the letters in order (words are separated by blanks). Greedy matching from
 * the first occurrence is sufficient. Letters that include a blank never match.
 */
const isInOneWord = (text: string, letters: string): boolean => {
  if (letters === '' || letters.includes(' ')) return false;
  const first = letters.charAt(0);
  for (let from = text.indexOf(first); from !== -1; ) {
    const blank = text.indexOf(' ', from);
    const end = blank === -1 ? text.length : blank;
    let matched = 0;
    for (let index = from; index < end && matched < letters.length; index++)
      if (text.charCodeAt(index) === letters.charCodeAt(matched)) matched++;
    if (matched === letters.length) return true;
    from = blank === -1 ? -1 : text.indexOf(first, blank);
  }
  return false;
};

interface ParsedFilter {
  readonly words: readonly (FilterTerm & { readonly matcher?: Matcher })[];
  readonly wrong?: FilterError;
}

/** The matching rows. */
interface FilterResult<R> {
  readonly rows: readonly R[];
  /** True if a term matched only letter by letter. */
  readonly isFuzzy: boolean;
  readonly error?: FilterError;
}

const understood = new Map<string, ParsedFilter>();
/** Cache size: the filters of a few panes and their intermediate states. */
const rememberedAtMost = 64;

const understand = (filter: string): ParsedFilter => {
  let wrong: FilterError | undefined;
  const words = parseFilterTerms(filter).map((word) => {
    if (word.is !== 'expression') return word;
    const expression: FilterPattern = compileFilterPattern(word.value);
    if ('matcher' in expression) return { ...word, matcher: expression.matcher };
    wrong ??= { text: expression.wrong, at: word.valueAt + expression.at + 1 };
    return word;
  });
  return wrong === undefined ? { words } : { words, wrong };
};

/** Parses a filter, with caching. */
export const parsedFilter = (filter: string): ParsedFilter => {
  const had = understood.get(filter);
  if (had !== undefined) return had;
  if (understood.size >= rememberedAtMost) understood.clear();
  const made = understand(filter);
  understood.set(filter, made);
  return made;
};

/** The row's text in lower case. To remember it costs more: rows are new after a reading, and the memory must forget them. */
const smallTextOf = (row: PaneRow): string => row.text.toLowerCase();

type Fits = (row: PaneRow) => boolean;

const textOf = (typed: string): ((row: PaneRow) => string) =>
  isCaseSensitive(typed) ? (row) => row.text : smallTextOf;

const fitsOf = (word: ParsedFilter['words'][number]): Fits => {
  const { is, key, operator, value, matcher } = word;
  const text = textOf(value);
  if (is === 'text') return (row) => text(row).includes(value);
  if (is === 'expression') return (row) => matcher?.test(text(row)) === true;
  if (operator !== undefined) {
    const bound = Number(value);
    return (row) => {
      const number = filterFieldValue(row, key);
      return number !== undefined && number.trim() !== '' && compare[operator](Number(number), bound);
    };
  }
  const isExact = value.startsWith('=');
  const wantedPart = value.slice(isExact ? 1 : 0).toLowerCase();
  return (row) => {
    const found = filterFieldValue(row, key)?.toLowerCase();
    return isExact ? found === wantedPart : found?.includes(wantedPart) === true;
  };
};

/** Maximum number of field names in an error. */
const namesTold = 12;

/** The error for a label that no row has. Without rows there is no error, since fields are unknown. */
const strangeLabel = (words: readonly FilterTerm[], rows: readonly PaneRow[]): FilterError | undefined => {
  const labels = words.filter(({ is }) => is === 'label');
  if (labels.length === 0 || rows.length === 0) return undefined;
  const strange = labels.find(({ key }) => !rows.some((row) => filterFieldValue(row, key) !== undefined));
  if (strange === undefined) return undefined;
  const names = filterFieldNames(rows);
  const fields = names.map((name) => `${name}=`);
  return {
    text: `no field ${strange.key}${strange.operator ?? '='} here. Available: ${joinFirst(fields, namesTold, ' ')}`,
    at: strange.at + 1,
  };
};

const everyWord = <R extends PaneRow>(words: ParsedFilter['words'], rows: readonly R[]): FilterResult<R> => {
  let left = rows;
  let loosely = false;
  for (const word of words) {
    const fits = fitsOf(word);
    if (word.negated) left = left.filter((row) => !fits(row));
    else if (word.is !== 'text' || rows.some(fits)) left = left.filter(fits);
    else {
      const text = textOf(word.value);
      left = left.filter((row) => isInOneWord(text(row), word.value));
      loosely ||= left.length > 0;
    }
  }
  return { rows: left, isFuzzy: loosely };
};

/**
 * Returns the rows that match every term. A plain term matches as a substring, or letter by letter inside one word if
 * no row contains it. `~` is a regular expression, `!` negates, `name=value` tests a field, `name==value` the whole field, `name>=5` a number. Lower case matches upper
 * case too. An invalid filter matches nothing and returns an error.
 */
export const applyFilter = <R extends PaneRow>(rows: readonly R[], filter: string): FilterResult<R> => {
  const { words, wrong = strangeLabel(words, rows) } = parsedFilter(filter);
  if (wrong !== undefined) return { rows: [], isFuzzy: false, error: wrong };
  return everyWord(words, rows);
};
