import { visibleWindow } from '../../kit/components/window.ts';
import type { ItemMatch } from './match.ts';

const otherSection = 'Commands';

/** The heading below which a match is listed. */
const sectionOf = ({ item, section }: ItemMatch): string => section ?? item.section ?? otherSection;

/** The heading of the runbooks that match the present problem. */
export const suggestedSection = 'Suggested now';

/** The heading of matches with only the letters of the typed words, far apart. */
const farSection = 'Other matches';

/** True if no letter stands alone: the words that were typed are in the text, or their beginnings. */
const isClose = ({ positions }: ItemMatch): boolean =>
  positions.size > 1 && [...positions].every((at) => positions.has(at - 1) || positions.has(at + 1));

/** True if it has or mentions what was typed. */
const isNear = (match: ItemMatch): boolean => match.excerpt !== undefined || isClose(match);

/** Matches with the typed words come before those that only mention them, and the best suggestion first. */
const bySuggestion = (a: ItemMatch, b: ItemMatch): number =>
  Number(isClose(b)) - Number(isClose(a)) || (a.item.rank ?? Infinity) - (b.item.rank ?? Infinity) || 0;

/**
 * The matches by section: the section of the best match first, and in each section the best match first. Suggested runbooks that
 * have what was typed come before all others, in the order in which they are suggested; matches with only its letters come last.
 */
export const bySection = (matches: readonly ItemMatch[]): readonly ItemMatch[] => {
  const near = matches.filter(isNear);
  if (near.length === 0) return [...Map.groupBy(matches, sectionOf).values()].flat();
  const far = matches
    .filter((match) => !isNear(match))
    .map((match): ItemMatch => ({ ...match, section: farSection }));
  const sections = Map.groupBy(near, sectionOf);
  const suggested = sections.get(suggestedSection) ?? [];
  if (!suggested.some(isClose)) return [...[...sections.values()].flat(), ...far];
  sections.delete(suggestedSection);
  return [...suggested.toSorted(bySuggestion), ...[...sections.values()].flat(), ...far];
};

/** A line of the list: the heading of a section, the match with this index, or the number of matches below. */
export type ListLine = { readonly heading: string } | { readonly index: number } | { readonly more: number };

/** Rows of the smallest list that counts what is below it. */
const minCountedRoom = 6;

const isMatch = (line: ListLine): boolean => 'index' in line;

/** The lines from `from` on in `room` rows: below a list that goes on stands how many there are more, never a heading alone. */
const endedLines = (lines: readonly ListLine[], from: number, room: number): readonly ListLine[] => {
  const shown = lines.slice(from, from + room);
  if (room < minCountedRoom || from + room >= lines.length) return shown;
  const kept = shown.slice(0, -1);
  const whole = kept.slice(0, kept.findLastIndex(isMatch) + 1);
  return [...whole, { more: lines.slice(from + whole.length).filter(isMatch).length }];
};

/**
 * The lines of a list of matches in sections that fit `room` lines, with match `cursor` among them. When the list is scrolled, its
 * first line is the heading of the section that begins above. One section has no heading.
 */
export const placeSections = (
  matches: readonly ItemMatch[],
  cursor: number,
  room: number,
): readonly ListLine[] => {
  const hasHeadings = new Set(matches.map(sectionOf)).size > 1;
  const lines = matches.flatMap((match, index): readonly ListLine[] => {
    const heading = sectionOf(match);
    const previous = matches[index - 1];
    const begins = hasHeadings && (previous === undefined || sectionOf(previous) !== heading);
    return [...(begins ? [{ heading }] : []), { index }];
  });
  const selected = lines.findIndex((line) => 'index' in line && line.index === cursor);
  const seen = visibleWindow(lines.length, room, Math.max(0, selected));
  const shown = endedLines(lines, seen.from, room);
  const [first, ...others] = shown;
  if (!hasHeadings || first === undefined || !('index' in first) || first.index === cursor) return shown;
  const match = matches[first.index];
  return match === undefined ? shown : [{ heading: sectionOf(match) }, ...others];
};
