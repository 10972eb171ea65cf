import type { Matcher } from '../../../domain/regex/matcher.ts';
import type { PaneRow, RowSubject } from '../../panes/pane-row.ts';
import { compileFilterPattern, type FilterPattern, isCaseSensitive } from './pattern.ts';

/** Fields that no person looks for by name: when it was read. */
const silent: ReadonlySet<string> = new Set(['at', 'since', 'startedAt']);

/** The first of these that a row has goes by the name as well, so that one name serves every pane. */
const others: Readonly<Record<string, readonly string[]>> = {
  state: ['status', 'motion'],
  service: ['group', 'owner', 'name', 'id'],
  owner: ['team', 'user'],
  kind: ['type'],
  node: ['host', 'instance'],
  namespace: ['env', 'database', 'cluster'],
};

/** What is said under this very name, of the thing itself or by its labels. */
const said = (subject: RowSubject, name: string): string | undefined => {
  if (silent.has(name)) return undefined;
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const own: unknown = Object.getOwnPropertyDescriptor(thing, name)?.value;
  if (typeof own === 'string') return own;
  if (typeof own === 'number' || typeof own === 'bigint') return String(own);
  return 'labels' in thing && Object.hasOwn(thing.labels, name) ? thing.labels[name] : undefined;
};

/** The value under a name, as it was read; undefined when the row says nothing under it. */
const filterFieldValue = ({ subject, level, fields }: PaneRow, name: string): string | undefined => {
  if (name === 'level') return level;
  if (fields !== undefined && Object.hasOwn(fields, name)) return fields[name];
  if (subject === undefined) return undefined;
  const value = said(subject, name);
  if (value !== undefined) return value;
  const instead = others[name]?.find((other) => said(subject, other) !== undefined);
  if (instead !== undefined) return said(subject, instead);
  return name === 'kind' ? subject.kind : undefined;
};

/** Names under which a row says something. */
const namesOf = (row: PaneRow): readonly string[] => {
  const { subject } = row;
  if (subject === undefined) return Object.keys(row.fields ?? {});
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const labels = 'labels' in thing ? Object.keys(thing.labels) : [];
  return [...Object.keys(others), ...Object.keys(thing), ...labels];
};

/** Names under which some of these rows say something, those that serve every pane first. */
const filterFieldNames = (rows: readonly PaneRow[]): readonly string[] => {
  const names = new Set<string>(['level']);
  for (const row of rows)
    for (const name of namesOf(row))
      if (!names.has(name) && filterFieldValue(row, name) !== undefined) names.add(name);
  return [...names];
};

/** A word of a filter: what it asks for, and at which character it stands. */
interface FilterTerm {
  readonly at: number;
  /** `!`: rows that it does not fit. */
  readonly negated: boolean;
  readonly is: 'text' | 'expression' | 'label';
  /** Of a label: its key. */
  readonly key: string;
  /** Without its marks and quotes. */
  readonly value: string;
  /** Where the value begins, counted in characters of the filter. */
  readonly valueAt: number;
}

/** Blanks, marks, then a value in quotes (which may lack the last one while it is typed) or up to the next blank. */
const pattern = /(\s*)(!?)(~|[A-Za-z_][\w.:/-]*=)?(?:(")([^"]*)"?|(\S*))/g;

const kindOf = (mark: string): FilterTerm['is'] => {
  if (mark === '') return 'text';
  return mark === '~' ? 'expression' : 'label';
};

/** `psp !~time.?out owner="team a"`: its words. A mark that nothing follows asks for nothing. */
export const parseFilterTerms = (filter: string): readonly FilterTerm[] =>
  [...filter.matchAll(pattern)].flatMap((match): readonly FilterTerm[] => {
    const [, blanks = '', not = '', mark = '', quote = '', quoted = '', bare = ''] = match;
    const at = match.index + blanks.length;
    const value = quoted + bare;
    const is = kindOf(mark);
    if (value === '' && is !== 'label') return [];
    const valueAt = at + not.length + mark.length + quote.length;
    return [{ at, negated: not !== '', is, key: is === 'label' ? mark.slice(0, -1) : '', value, valueAt }];
  });

/**
 * Whether the letters stand in their order inside one word of the text (words are parted by blanks). Each word is gone
 * through once: from the first of the letters on, taking the earliest place of each next one, which finds them if they
 * are there. Letters with a blank among them are in no word.
 */
const isInOneWord = (text: string, letters: string): boolean => {
  if (letters === '' || letters.includes(' ')) return false;
  const first = letters.charAt(0);
  for (let from = text.indexOf(first); from !== -1; ) {
    const blank = text.indexOf(' ', from);
    const end = blank === -1 ? text.length : blank;
    let found = 0;
    for (let at = from; at < end && found < letters.length; at++)
      if (text.charCodeAt(at) === letters.charCodeAt(found)) found++;
    if (found === letters.length) return true;
    from = blank === -1 ? -1 : text.indexOf(first, blank);
  }
  return false;
};

/** What is wrong with a filter, and at which of its characters, counted from 1. */
export interface FilterError {
  readonly text: string;
  readonly at: number;
}

/** A filter as it was understood. */
interface ParsedFilter {
  readonly words: readonly (FilterTerm & { readonly matcher?: Matcher })[];
  readonly wrong?: FilterError;
}

/** The rows that fit, and how. */
interface FilterResult<R> {
  readonly rows: readonly R[];
  /** A word stands in no row as it was typed, and was looked for letter by letter. */
  readonly isFuzzy: boolean;
  readonly error?: FilterError;
}

const understood = new Map<string, ParsedFilter>();
/** Filters that are remembered: those of a few panes, and what was typed on the way to them. */
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

/** What a filter asks for; an expression is compiled once. */
export const parsedFilter = (filter: string): ParsedFilter => {
  const had = understood.get(filter);
  if (had !== undefined) return had;
  if (understood.size >= rememberedAtMost) understood.clear();
  const made = understand(filter);
  understood.set(filter, made);
  return made;
};

const small = new WeakMap<PaneRow, string>();

/** The text of a row in small letters, made once for each row. */
const smallTextOf = (row: PaneRow): string => {
  const had = small.get(row);
  if (had !== undefined) return had;
  const text = row.text.toLowerCase();
  small.set(row, text);
  return text;
};

type Fits = (row: PaneRow) => boolean;

const textOf = (typed: string): ((row: PaneRow) => string) =>
  isCaseSensitive(typed) ? (row) => row.text : smallTextOf;

const fitsOf = (word: ParsedFilter['words'][number]): Fits => {
  const { is, value, matcher } = word;
  const text = textOf(value);
  if (is === 'text') return (row) => text(row).includes(value);
  if (is === 'expression') return (row) => matcher?.test(text(row)) === true;
  const wanted = value.toLowerCase();
  return (row) => filterFieldValue(row, word.key)?.toLowerCase().includes(wanted) === true;
};

/** How many names are told of those that there are. */
const namesTold = 12;

/** A label whose name no row knows. Where there are no rows, nothing can be said of names. */
const strangeLabel = (words: readonly FilterTerm[], rows: readonly PaneRow[]): FilterError | undefined => {
  const labels = words.filter(({ is }) => is === 'label');
  if (labels.length === 0 || rows.length === 0) return undefined;
  const strange = labels.find(({ key }) => !rows.some((row) => filterFieldValue(row, key) !== undefined));
  if (strange === undefined) return undefined;
  const names = filterFieldNames(rows);
  const more = names.length > namesTold ? ` and ${names.length - namesTold} more` : '';
  const told = names.slice(0, namesTold).map((name) => `${name}=`);
  return { text: `no field ${strange.key}= here; available: ${told.join(' ')}${more}`, at: strange.at + 1 };
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
 * The rows that fit every word of a filter. A plain word fits where it is contained; one that stands in none of the rows
 * fits where its letters stand in order inside one word. `~` is an expression, `!` turns a word round, `name=value` asks
 * a field. Small letters fit capitals as well. A filter that is wrong fits nothing, and says what is wrong.
 */
export const applyFilter = <R extends PaneRow>(rows: readonly R[], filter: string): FilterResult<R> => {
  const { words, wrong = strangeLabel(words, rows) } = parsedFilter(filter);
  if (wrong !== undefined) return { rows: [], isFuzzy: false, error: wrong };
  return everyWord(words, rows);
};
