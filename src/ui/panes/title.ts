import { markedKeys, paneState } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import { lineToText, lineWidth, overlayLine, type StyledLine } from '../text/line.ts';
import { levelFilterLabels, type PaneQueryResult } from './pane-query.ts';
import type { PaneForm, PaneRow } from './pane-row.ts';

/** '3 marked', '3 marked, 1 gone': marks are kept by key, and marked objects may disappear. */
export const markCountText = (view: RenderContext, pane: string, every: () => readonly PaneRow[]): string => {
  const marks = markedKeys(view.ui, pane);
  if (marks.size === 0) return '';
  const present = every().filter(({ key }) => marks.has(key)).length;
  const gone = marks.size - present;
  return gone === 0 ? `${present} marked` : `${present} marked, ${gone} gone`;
};

/** '2 of 6 match /psp/', or 'similar to' if a word has no exact match. */
export const filterMatchText = (
  { rows, all, isFuzzy: loosely }: PaneQueryResult<PaneRow>,
  filter: string,
): string => {
  const fit = rows.length === 1 ? 'matches' : 'match';
  return `${rows.length} of ${all} ${loosely ? 'similar to' : fit} /${filter}/`;
};

/**
 * Tags in a pane's title: filter, level filter and marked rows. For a full pane the summary line above shows
 * the filter.
 */
export const titleTags = (
  view: RenderContext,
  pane: string,
  wanted: PaneQueryResult<PaneRow>,
  every: () => readonly PaneRow[],
  form: PaneForm,
): StyledLine => {
  const { pen, ui } = view;
  const { filter, least } = paneState(ui, pane);
  const marks = markCountText(view, pane, every);
  return [
    ...(filter === '' || form === 'full'
      ? []
      : [pen.run(`  ${filterMatchText(wanted, pen.maskTyped(filter))}`, 'key')]),
    ...(least === undefined ? [] : [pen.run(`  ${levelFilterLabels[least]}`, 'key')]),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
  ];
};

/** Overlays the title on the column heads; a partly covered head is removed. */
export const overlayTitle = (head: StyledLine, title: StyledLine): StyledLine => {
  const text = lineToText(head);
  const end = lineWidth(title);
  const cuts = /\S/.test(text.charAt(end - 1)) || /\S/.test(text.charAt(end));
  const rest = cuts ? (/^\S*/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return overlayLine(head, 0, rest === 0 ? title : [...title, { text: ' '.repeat(rest), role: 'plain' }]);
};
