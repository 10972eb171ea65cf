import type { LinePattern } from '../../../domain/log/chip.ts';
import type { LogsState } from '../../../store/logs/state.ts';
import { bounded } from '../../filter/bounded.ts';
import { expressionOf } from '../../filter/expression.ts';

type Place = readonly [from: number, to: number];

/** Finds what is sought in a text. */
export type Finder = (text: string) => readonly Place[];

/** More of them in one line nobody looks at. */
const placesAtMost = 32;

const nothing: Finder = () => [];

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** In small letters, place by place: what would become longer in them ('\u0130') stays. */
const lowered = (text: string): string => {
  const low = text.toLowerCase();
  return low.length === text.length ? low : text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
};

/** '\S' and its like mean something else than '\s'. */
const loweredSource = (source: string): string =>
  source.replaceAll(/\\.|[^\\]+/gs, (part) => (part.startsWith('\\') ? part : part.toLowerCase()));

/**
 * What marks the hits of a pattern in the rows that are drawn. The linear engine knows no case, so that small letters are
 * compared with small letters. A pattern that it cannot take marks nothing: it could stop the screen. The rows that it
 * hits are found elsewhere, and have their mark all the same.
 */
export const finderOf = ({ text, regex, ignoreCase }: LinePattern): Finder => {
  const meant = regex ? text : escaped(text);
  const source = ignoreCase ? loweredSource(meant) : meant;
  if ('wrong' in expressionOf(source)) return nothing;
  return (line) =>
    bounded(() => {
      const places: Place[] = [];
      for (const match of (ignoreCase ? lowered(line) : line).matchAll(new RegExp(`(?:${source})`, 'g'))) {
        if (match[0] !== '') places.push([match.index, match.index + match[0].length]);
        if (places.length === placesAtMost) break;
      }
      return places;
    });
};

/** What is sought now. */
export const soughtOf = ({ hits }: Pick<LogsState, 'hits'>): LinePattern | undefined => {
  const [chip] = hits.chips.filter(({ is }) => is === 'include').slice(-1);
  return chip?.is === 'include' ? chip.pattern : undefined;
};

/** '/timeout/', as it was typed. */
export const patternText = ({ text, regex }: LinePattern): string => (regex ? `/${text}/` : text);
