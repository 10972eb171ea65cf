import type { Matcher, TextSpan } from '../../../domain/regex/matcher.ts';
import { findIgnoringCase, lowerCaseWithOffsets } from '../../../domain/text/lower-case.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import { parsedFilter } from './filter.ts';
import { isCaseSensitive } from './pattern.ts';

type Finder = (text: string) => readonly TextSpan[];

const wordFinder = (word: string): Finder => {
  const exact = isCaseSensitive(word);
  return (text) => {
    if (!exact) return findIgnoringCase(text, word);
    const places: TextSpan[] = [];
    for (let index = text.indexOf(word); index !== -1; index = text.indexOf(word, index + word.length))
      places.push([index, index + word.length]);
    return places;
  };
};

const expressionFinder = (matcher: Matcher, source: string): Finder => {
  const exact = isCaseSensitive(source);
  return (text) => {
    if (exact) return matcher.spans(text, 1).filter(([from, to]) => to > from);
    const lower = lowerCaseWithOffsets(text);
    const spans = matcher.spans(lower.text, 1).filter(([from, to]) => to > from);
    return spans.map(([from, to]) => [lower.start(from), lower.end(to)]);
  };
};

const findersOf = (filter: string): readonly Finder[] =>
  parsedFilter(filter).words.flatMap(({ negated: not, is, value, matcher }): readonly Finder[] => {
    if (not || is === 'label') return [];
    if (is === 'text') return [wordFinder(value)];
    return matcher === undefined ? [] : [expressionFinder(matcher, value)];
  });

const splitRun = (run: StyledRun, finders: readonly Finder[]): StyledLine => {
  const places = finders.flatMap((find) => find(run.text)).toSorted(([a], [b]) => a - b);
  if (places.length === 0) return [run];
  const parts: StyledRun[] = [];
  let index = 0;
  for (const [from, to] of places) {
    if (from < index) continue;
    parts.push({ text: run.text.slice(index, from), role: run.role });
    parts.push({ text: run.text.slice(from, to), role: 'match' });
    index = to;
  }
  return [...parts, { text: run.text.slice(index), role: run.role }].filter(({ text }) => text !== '');
};

/**
 * Returns a function that highlights matches of a filter in a line; letter-by-letter matches and cut text are not
 * highlighted.
 */
export const filterHighlighter = (filter: string): ((line: StyledLine) => StyledLine) => {
  const finders = findersOf(filter);
  return finders.length === 0 ? (line) => line : (line) => line.flatMap((run) => splitRun(run, finders));
};
