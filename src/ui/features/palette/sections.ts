import { visibleWindow } from '../../kit/components/window.ts';
import type { ItemMatch } from './match.ts';

const otherSection = 'Commands';

/** The heading below which a match is listed. */
const sectionOf = ({ item, section }: ItemMatch): string => section ?? item.section ?? otherSection;

/** The heading of the runbooks that match the present problem. */
export const suggestedSection = 'Suggested now';

/** True if no letter stands alone: the words that were typed are in the text, or their beginnings. */
const isClose = ({ positions }: ItemMatch): boolean =>
  positions.size > 1 && [...positions].every((at) => positions.has(at - 1) || positions.has(at + 1));

/**
 * The matches by section: the section of the best match first, and in each section the best match first. A suggested runbook that
 * has what was typed comes before all others.
 */
export const bySection = (matches: readonly ItemMatch[]): readonly ItemMatch[] => {
  const sections = Map.groupBy(matches, sectionOf);
  const suggested = sections.get(suggestedSection) ?? [];
  if (!suggested.some(isClose)) return [...sections.values()].flat();
  sections.delete(suggestedSection);
  return [...suggested, ...[...sections.values()].flat()];
};

/** A line of the list: the heading of a section, or the match with this index. */
export type ListLine = { readonly heading: string } | { readonly index: number };

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
  const shown = lines.slice(seen.from, seen.to);
  const [first, ...others] = shown;
  if (!hasHeadings || first === undefined || 'heading' in first || first.index === cursor) return shown;
  const match = matches[first.index];
  return match === undefined ? shown : [{ heading: sectionOf(match) }, ...others];
};
