import { pluralize } from '../../../domain/text/count-text.ts';
import { fitWords, lineWidth, type StyledLine, withoutEndBlanks } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { freshnessText, newestFaults } from './freshness.ts';

/** A part of the header. */
export interface HeaderPart {
  /** Its forms, the widest first; [] for a part that has nothing to say. */
  readonly forms: readonly StyledLine[];
  /** Parts with the lowest rank get room first; 0: always shown. */
  readonly rank: number;
  readonly side: 'left' | 'right';
  /** Minimum width to which it is cut; absent: shown whole or not at all. */
  readonly least?: number;
  /** Cells before it, if it is not the first one; default 2. */
  readonly gap?: number;
}

/** Cells between the parts of the header. */
const gap = 2;

/** The form of a part in `room` cells; undefined if none fits. */
const formIn = (
  { forms, least, rank }: HeaderPart,
  room: number,
  ellipsis: string,
): StyledLine | undefined => {
  const whole = forms.find((form) => lineWidth(form) <= room);
  if (whole !== undefined) return whole;
  const last = forms.at(-1);
  if (last === undefined) return undefined;
  // The blanks behind a text that was cut between words are room for other parts.
  const cut =
    least !== undefined && room >= least
      ? withoutEndBlanks(fitWords(last, room, last.at(-1)?.role, ellipsis))
      : [];
  if (least !== undefined && lineWidth(cut) >= least) return cut;
  return rank === 0 ? last : undefined;
};

/**
 * Composes the header of parts in display order, with a blank at its right end; a badge at its left end has its own. While not all of them fit, those with a high rank get a
 * shorter form, are cut, or are left out.
 */
export const composeHeader = (
  { pen, columns }: Pick<RenderContext, 'pen' | 'columns'>,
  parts: readonly HeaderPart[],
  role: TextRole = 'plain',
): StyledLine => {
  const said = parts.filter(({ forms }) => forms.some((form) => lineWidth(form) > 0));
  const shown = new Map<HeaderPart, StyledLine>();
  let room = columns - 1;
  for (const part of said.toSorted((a, b) => a.rank - b.rank)) {
    const between = shown.size === 0 ? 0 : (part.gap ?? gap);
    const form = formIn(part, room - between, pen.ellipsis);
    if (form === undefined) continue;
    shown.set(part, form);
    room -= lineWidth(form) + between;
  }
  const joined = (side: HeaderPart['side']): StyledLine =>
    said
      .filter((part) => part.side === side && shown.has(part))
      .flatMap((part, index) => [
        ...(index === 0 ? [] : [pen.run(' '.repeat(part.gap ?? gap), role)]),
        ...(shown.get(part) ?? []),
      ]);
  const left = joined('left');
  const right = joined('right');
  const blanks = columns - 1 - lineWidth(left) - lineWidth(right);
  return [...left, pen.run(' '.repeat(Math.max(0, blanks)), role), ...right, pen.run(' ', role)];
};

/** '2 faults': the number of sources with a fault; '' for none. */
export const dataFaults = ({ own }: RenderContext): string => {
  const faults = newestFaults(own?.snapshot.faults ?? []).length;
  return faults === 0 ? '' : pluralize(faults, 'fault');
};

/** 'data 4s old, 2 faults': the age of the data and the number of faults. */
export const dataAge = (view: RenderContext, isBrief: boolean): string => {
  if (view.own === undefined) return '';
  const faults = dataFaults(view);
  const data = freshnessText(view.own.facts, view.now, isBrief);
  return faults === '' ? data : `${data}, ${faults}`;
};

/** The drill that is running; '' at a past time, when it may not have been running. */
export const drillText = ({ cockpit: { open, drill }, past }: RenderContext): string => {
  if (past !== undefined) return '';
  if (drill?.isRunning === true && drill.isBlind) return 'blind drill';
  return open?.incident === undefined ? '' : `drill ${open.incident}`;
};

/** 'aws *9012/ops': the accounts and roles of the sources. Nothing in share mode. */
export const principals = ({ cockpit, ui }: RenderContext): string =>
  ui.shared
    ? ''
    : Object.entries(cockpit.open?.principals ?? {})
        .map(([source, principal]) => `${source} ${principal}`)
        .join(' · ');
