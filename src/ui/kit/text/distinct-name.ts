import {
  fitLine,
  fitLineMiddle,
  lineToText,
  lineWidth,
  type StyledLine,
  type StyledRun,
  sliceLine,
  splitNameWords,
} from './line.ts';
import { widthOf } from './width.ts';

/**
 * A name as words, each with the blank or separator that follows it: 'pay-api p95 ms' → 'pay-', 'api ', 'p95 ', 'ms'. `lead`
 * is what precedes the first word in a cell: a glyph, an indentation.
 */
interface NameWords {
  readonly words: readonly string[];
  /** Cells of the lead, and the cell at which each word starts; the last one is the end of the name. */
  readonly lead: number;
  readonly starts: readonly number[];
}

/** Words from `from` up to, without, `to`. */
type WordRange = readonly [from: number, to: number];

/** A short form: the words that are kept. Text that is left out is replaced by a mark, but for a unit at the end. */
interface ShortForm {
  readonly kept: readonly WordRange[];
  /** True: all that it leaves out after the last kept word is the unit. */
  readonly isWithoutUnit: boolean;
  readonly score: number;
}

/** A longer name is only shortened to words at its ends and a few between. */
const maxSearchedWords = 9;
/** Maximum number of ranges of words in a short form; more gaps are not readable. */
const maxRanges = 3;
/** Of a long name: the words at each end that a short form may keep, and the words between. */
const maxEndWords = 6;
const maxMiddleWords = 2;

/** Points for each word that is kept: its cells, but more of a long word say no more. */
const maxWordPoints = 8;
/** Points for a hash, as of a ReplicaSet or a commit: kept where it tells names apart, it says nothing else. */
const hashPoints = 2;
const hash = /^(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{5,}$/i;

const pointsOf = (word: string): number =>
  hash.test(word.replace(/[-_/:@]$/, '')) ? hashPoints : Math.min(maxWordPoints, widthOf(word));

/** Points that the flaws of a short form cost. */
const flaws = { furtherGap: 4, noBeginning: 15, noEnd: 16, noUnit: 4, brokenWord: 6 };

const unitWord = /^(?:%|\/?(?:ms|s|min|h|d|sec))$/;
/** Words next to a gap must not be one of these: 'Errors of…', '…by service'. */
const danglingWord = /^(?:an?|and|at|by|for|from|in|of|on|or|per|the|to|vs\.|with|[·&+(-])$/i;

/** The runs at the beginning of a cell that are no name: blanks, and a glyph with its blank. */
const leadRuns = (line: StyledLine): number => {
  let index = 0;
  while (index < line.length - 1) {
    const run = line[index] as StyledRun;
    const next = line[index + 1] as StyledRun;
    const isGlyph = widthOf(run.text) === 1 && next.text.startsWith(' ');
    if (run.text.trim() !== '' && !isGlyph) break;
    index++;
  }
  return index;
};

const wordsOf = (line: StyledLine): NameWords => {
  const index = leadRuns(line);
  const before = lineToText(line.slice(0, index));
  const name = lineToText(line.slice(index));
  const blanks = name.length - name.trimStart().length;
  const lead = widthOf(before) + blanks;
  const words = splitNameWords(name.trim());
  const starts = [lead];
  for (const word of words) starts.push((starts.at(-1) ?? 0) + widthOf(word));
  return { words, lead, starts };
};

const bare = (word: string | undefined): string => word?.trim() ?? '';
const isDangling = (word: string | undefined): boolean =>
  danglingWord.test(bare(word).replace(/(?<=.)[-_/:@]$/, ''));

/** True if a cut before word `at` is inside a word with separators, 'pay-' | 'api', or inside brackets. */
const isBroken = ({ words }: NameWords, index: number): boolean =>
  index > 0 &&
  index < words.length &&
  (!/\s$/.test(words[index - 1] ?? '') || /\([^)]*$/.test(words.slice(0, index).join('')));

const cellsOf = ({ words, starts }: Pick<NameWords, 'words' | 'starts'>, [from, to]: WordRange): number =>
  (starts[to] ?? 0) -
  (starts[from] ?? 0) -
  (widthOf(words[to - 1] ?? '') - widthOf((words[to - 1] ?? '').trimEnd()));

const hasUnit = ({ words }: NameWords): boolean => words.length > 1 && unitWord.test(bare(words.at(-1)));

/** The form that keeps these words; undefined if it is too wide or reads badly. */
const formOf = (name: NameWords, kept: readonly WordRange[], width: number): ShortForm | undefined => {
  const { words, lead } = name;
  const end = kept.at(-1)?.[1] ?? 0;
  const leavesUnit = hasUnit(name) && end < words.length;
  const isWithoutUnit = leavesUnit && end === words.length - 1;
  const hasEndMark = end < words.length && !isWithoutUnit;
  const hasStartMark = kept[0]?.[0] !== 0;
  const gaps = kept.length - 1 + (hasEndMark ? 1 : 0) + (hasStartMark ? 1 : 0);
  const cells = kept.reduce((sum, range) => sum + cellsOf(name, range), 0);
  if (lead + cells + gaps > width) return undefined;
  const reads = kept.every(
    ([from, to]) =>
      (from === 0 || !isDangling(words[from])) && (to === words.length || !isDangling(words[to - 1])),
  );
  if (!reads) return undefined;
  const broken = kept.flat().filter((position) => isBroken(name, position)).length;
  const points = kept
    .flatMap(([from, to]) => words.slice(from, to))
    .reduce((sum, word) => sum + pointsOf(bare(word)), 0);
  const score =
    points -
    Math.max(0, gaps - 1) * flaws.furtherGap -
    (hasStartMark ? flaws.noBeginning : 0) -
    (hasEndMark ? flaws.noEnd : 0) -
    (leavesUnit ? flaws.noUnit : 0) -
    broken * flaws.brokenWord;
  return { kept, isWithoutUnit, score };
};

/** All ways to keep up to `left` more ranges of words, from word `from` on. */
const rangesFrom = (from: number, count: number, left: number): readonly (readonly WordRange[])[] => {
  const found: (readonly WordRange[])[] = [];
  for (let start = from; start < count; start++)
    for (let end = start + 1; end <= count; end++) {
      const range: WordRange = [start, end];
      found.push([range]);
      if (left > 1) for (const rest of rangesFrom(end + 1, count, left - 1)) found.push([range, ...rest]);
    }
  return found;
};

/** The ways to keep words at both ends, and some between. */
const rangesAtEnds = (count: number): readonly (readonly WordRange[])[] => {
  const found: (readonly WordRange[])[] = [];
  const add = (...ranges: readonly WordRange[]): unknown =>
    found.push(ranges.filter(([from, to]) => to > from));
  for (let head = 0; head <= maxEndWords; head++)
    for (let tail = 0; tail <= Math.min(count - head - 1, maxEndWords); tail++) {
      if (head + tail > 0) add([0, head], [count - tail, count]);
      for (let from = head + 1; from < count - tail - 1 && from <= maxEndWords; from++)
        for (let to = from + 1; to < count - tail && to <= from + maxMiddleWords; to++)
          add([0, head], [from, to], [count - tail, count]);
    }
  return found;
};

/** The ways by number of words: a frame shortens many names with the same number. */
const waysByCount = new Map<number, readonly (readonly WordRange[])[]>();

const waysToKeep = (count: number): readonly (readonly WordRange[])[] => {
  const known = waysByCount.get(count);
  if (known !== undefined) return known;
  const ways = count <= maxSearchedWords ? rangesFrom(0, count, maxRanges) : rangesAtEnds(count);
  waysByCount.set(count, ways);
  return ways;
};

/** The short forms of a name in at most `width` cells, best first. */
const shortForms = (name: NameWords, width: number): readonly ShortForm[] => {
  const forms: ShortForm[] = [];
  for (const kept of waysToKeep(name.words.length)) {
    const form = formOf(name, kept, width);
    if (form !== undefined) forms.push(form);
  }
  return forms.sort((first, other) => other.score - first.score);
};

/** The words of a name without the blanks between them, for comparisons, and its text. */
export interface ComparedName {
  readonly words: readonly string[];
  readonly text: string;
}

/** True if `other` has the words `from` to `to` of `own`, starting at `start`. */
const hasWords = (
  other: readonly string[],
  start: number,
  own: readonly string[],
  [from, to]: WordRange,
): boolean => {
  for (let index = from; index < to; index++) if (other[start + index - from] !== own[index]) return false;
  return true;
};

const withoutUnit = (words: readonly string[]): readonly string[] =>
  unitWord.test(words.at(-1) ?? '') ? words.slice(0, -1) : words;

/** True if a name could have the same short form: it has the kept words, in their order, with others between. */
const couldBe = (its: readonly string[], own: readonly string[], form: ShortForm): boolean => {
  const { kept, isWithoutUnit } = form;
  const [other, words] = isWithoutUnit ? [withoutUnit(its), withoutUnit(own)] : [its, own];
  let position = 0;
  for (const range of kept) {
    const [from, to] = range;
    const last = other.length - (to - from);
    const most = from === 0 ? 0 : last;
    let start = to === words.length ? Math.max(position, last) : position;
    while (start <= most && !hasWords(other, start, words, range)) start++;
    if (start > most) return false;
    position = start + (to - from);
  }
  return true;
};

/** Short forms by name and width. A frame draws the same names as the one before. */
const knownForms = new Map<string, readonly ShortForm[]>();
const maxKnown = 2000;

const cachedForms = (line: StyledLine, name: NameWords, width: number): readonly ShortForm[] => {
  const key = `${width} ${leadRuns(line)} ${lineToText(line)}`;
  const known = knownForms.get(key);
  if (known !== undefined) return known;
  if (knownForms.size >= maxKnown) knownForms.clear();
  const forms = shortForms(name, width);
  knownForms.set(key, forms);
  return forms;
};

/** Maximum length of a name whose words are looked at. */
const maxNameLength = 300;

const comparedNames = new Map<string, ComparedName>();

/** The name in a cell, to be compared with a similar name. */
export const comparedName = (line: StyledLine): ComparedName => {
  const whole = lineToText(line);
  if (whole.length > maxNameLength) return { words: [whole], text: whole };
  const key = `${leadRuns(line)} ${whole}`;
  const known = comparedNames.get(key);
  if (known !== undefined) return known;
  if (comparedNames.size >= maxKnown) comparedNames.clear();
  const words = wordsOf(line).words.map(bare);
  const made = { words, text: words.join(' ') };
  comparedNames.set(key, made);
  return made;
};

/**
 * Shortens a name to exactly `width` cells so that it differs from each of `others`: words are left out whole, first those that
 * other names have as well. The name itself may be among `others`. Undefined if no form of whole words fits and differs.
 */
const fitDistinctName = (
  line: StyledLine,
  width: number,
  others: readonly ComparedName[],
  mark = '…',
): StyledLine | undefined => {
  const own = comparedName(line);
  if (own.words.length < 2) return undefined;
  const name = wordsOf(line);
  const form = cachedForms(line, name, width).find(
    (cachedForm) =>
      !others.some((other) => other.text !== own.text && couldBe(other.words, own.words, cachedForm)),
  );
  return form === undefined ? undefined : fitLine(drawForm(line, name, form, mark), width, 'plain', mark);
};

const drawForm = (
  line: StyledLine,
  { words, starts, lead }: NameWords,
  { kept, isWithoutUnit }: ShortForm,
  mark: string,
): StyledLine => {
  const parts: StyledRun[] = [...sliceLine(line, 0, lead)];
  for (const [index, range] of kept.entries()) {
    const from = starts[range[0]] ?? 0;
    const run = sliceLine(line, from, from + cellsOf({ words, starts }, range));
    if (index > 0 || range[0] > 0) parts.push({ text: mark, role: run[0]?.role ?? 'plain' });
    parts.push(...run);
  }
  const end = kept.at(-1)?.[1] ?? 0;
  if (end < words.length && !isWithoutUnit) parts.push({ text: mark, role: parts.at(-1)?.role ?? 'plain' });
  return parts;
};

/** Minimum cells of a word that is cut because it alone is too wide. */
const minPartCells = 4;

/**
 * The beginning of word `index`, which alone is too wide, after the first `head` words; undefined without room, or if another name
 * has the same.
 */
const partOfWord = (
  line: StyledLine,
  width: number,
  others: readonly ComparedName[],
  { head, index, mark }: { readonly head: 0 | 1; readonly index: number; readonly mark: string },
): StyledLine | undefined => {
  const { words, lead, starts } = wordsOf(line);
  const own = comparedName(line);
  const from = starts[index] ?? 0;
  const cells = widthOf(bare(words[index]));
  const before = head === 0 ? 0 : cellsOf({ words, starts }, [0, 1]);
  // A mark for the words between, or the blank.
  const between = index > 0 ? 1 : 0;
  const room = width - lead - before - between - 1;
  if (room < minPartCells || room >= cells) return undefined;
  const part = sliceLine(line, from, from + room);
  const isShared = others.some(
    ({ text, words: its }) =>
      text !== own.text &&
      (head === 0 || its[0] === own.words[0]) &&
      its.some((word) => word.startsWith(lineToText(part))),
  );
  if (isShared) return undefined;
  const separator = index > head ? mark : ' ';
  return [
    ...sliceLine(line, 0, lead + before),
    ...(between === 0 ? [] : [{ text: separator, role: part[0]?.role ?? 'plain' }]),
    ...part,
  ];
};

/** The beginning of a word that alone is too wide, if no other name has it, if possible after the first word. */
const fitPartOfWord = (
  line: StyledLine,
  width: number,
  others: readonly ComparedName[],
  mark: string,
): StyledLine | undefined => {
  const count = comparedName(line).words.length;
  for (const head of [1, 0] as const)
    for (let index = head; index < count; index++) {
      const part = partOfWord(line, width, others, { head, index, mark });
      if (part !== undefined)
        return fitLine([...part, { text: mark, role: part.at(-1)?.role ?? 'plain' }], width, 'plain', mark);
    }
  return undefined;
};

/** The names from which a shortened one must differ; read only if a name is too long. */
export type OtherNames = () => readonly ComparedName[];

/**
 * A name in exactly `width` cells: whole, or as the words that tell it from the others. If no whole words do, a word is cut.
 */
export const fitName = (line: StyledLine, width: number, others: OtherNames, mark = '…'): StyledLine => {
  if (lineWidth(line) <= width) return fitLine(line, width);
  const names = others();
  return (
    fitDistinctName(line, width, names, mark) ??
    fitPartOfWord(line, width, names, mark) ??
    fitLineMiddle(line, width, 'plain', mark)
  );
};
