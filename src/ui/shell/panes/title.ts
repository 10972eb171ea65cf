import { pluralize } from '../../../domain/text/count-text.ts';
import { fitLine, lineToText, lineWidth, overlayLine, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import { markedKeys, paneState } from '../contract/model.ts';
import type { PaneForm, PaneQueryResult, PaneRoom, PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { countsWidth, type Glance, renderGlance, statesWidth } from './glance.ts';
import { levelFilterLabels } from './pane-query.ts';

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
  wantedQueryResult: PaneQueryResult<PaneRow>,
  every: () => readonly PaneRow[],
  form: PaneForm,
): StyledLine => {
  const { pen, ui } = view;
  const { filter, least } = paneState(ui, pane);
  const marks = markCountText(view, pane, every);
  return [
    ...(filter === '' || form === 'full'
      ? []
      : [pen.run(`  ${filterMatchText(wantedQueryResult, pen.maskTyped(filter))}`, 'key')]),
    ...(least === undefined ? [] : [pen.run(`  ${levelFilterLabels[least]}`, 'key')]),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
  ];
};

/** The column heads behind a title. */
export interface TitleHeads {
  readonly all: StyledLine;
  /** Without the heads that the title may cover. */
  readonly kept: StyledLine;
  /** The blank cells after the head that the counts are about, such as that of the open environment. */
  readonly home?: { readonly at: number; readonly cells: number } | undefined;
}

/** The parts of a title. */
interface TitleParts {
  /** '3 BREAKERS' */
  readonly name: string;
  readonly tags: StyledLine;
  /** Number of faults that no status line shows. */
  readonly faults: number;
  readonly glance: Glance | undefined;
  /** '' for none. */
  readonly caption: string;
  readonly heads: TitleHeads;
}

/** Blanks between the parts of a title, and between the title and the first column head. */
const gap = '  ';

/** The cells of the title line up to its first head, and the gap before it; without a head all of them. */
const cellsBeforeHeads = (heads: StyledLine, width: number): number => {
  const text = lineToText(heads);
  const first = text.search(/\S/);
  return first === -1 ? width : Math.min(width, 1 + widthOf(text.slice(0, first)) - gap.length);
};

/**
 * The glance with its counts per state if they fit before the heads or, without the worst row, over them: a pane that is too
 * narrow for its heads. Otherwise the counts are by level.
 */
const fitStates = (
  pen: TextPen,
  glance: Glance | undefined,
  beforeHeads: number,
  whole: number,
): { readonly glance: Glance | undefined; readonly room: number } => {
  if (glance?.states === undefined) return { glance, room: beforeHeads };
  const states = statesWidth(pen, glance);
  if (states <= beforeHeads) return { glance, room: beforeHeads };
  return states <= whole
    ? { glance: { ...glance, worst: undefined }, room: whole }
    : { glance: { ...glance, states: undefined }, room: beforeHeads };
};

/**
 * The title of a pane over its column heads: name, tags, faults, counts by level, trend and worst row, caption. They
 * cover the heads of names if necessary, but no other head. Counts without room beside the name follow the head that they are about.
 */
export const renderTitle = (
  view: Pick<RenderContext, 'pen'>,
  { width, focused }: Pick<PaneRoom, 'width' | 'focused'>,
  { name, tags, faults, glance: given, caption, heads }: TitleParts,
): StyledLine => {
  const { pen } = view;
  const fitted = (line: StyledLine): StyledLine => fitLine(line, width, 'plain', pen.ellipsis);
  const start: StyledLine = [
    focused ? pen.glyph('focus', 'focus') : pen.run(' '),
    pen.run(name, focused ? 'focus' : 'title'),
    ...tags,
    ...(faults === 0 ? [] : [pen.run(`  ${pluralize(faults, 'fault')}`, 'down')]),
  ];
  const behind = fitted([pen.run(' '), ...heads.all]);
  const from = lineWidth(start);
  if (from > width) return overlayTitle(behind, fitted(start));
  // Counts per state may take the whole line: their pane is too narrow for heads.
  const { glance, room } = fitStates(
    pen,
    given,
    cellsBeforeHeads(heads.kept, width) - from - gap.length,
    // A blank stays before the edge of the pane.
    width - from - gap.length - 1,
  );
  const { home } = heads;
  if (glance !== undefined && home !== undefined && countsWidth(pen, glance) > room) {
    const counts = renderGlance(pen, glance, home.cells - 2 * gap.length);
    if (lineWidth(counts) >= countsWidth(pen, glance))
      return overlayTitle(overlayLine(behind, home.at + gap.length, counts), start);
  }
  const counts = glance === undefined ? [] : renderGlance(pen, glance, room);
  const left = room - lineWidth(counts) - (counts.length === 0 ? 0 : gap.length);
  const more = caption !== '' && widthOf(pen.maskText(caption)) <= left ? [caption] : [];
  return overlayTitle(behind, [
    ...start,
    ...(counts.length === 0 ? [] : [pen.run(gap), ...counts]),
    ...more.flatMap((text) => [pen.run(gap), pen.run(text, 'faint')]),
  ]);
};

/** Overlays the title on the column heads; a partly covered head is removed. */
const overlayTitle = (head: StyledLine, title: StyledLine): StyledLine => {
  const text = lineToText(head);
  const end = lineWidth(title);
  const cuts = /\S/.test(text.charAt(end - 1)) || /\S/.test(text.charAt(end));
  const rest = cuts ? (/^\S*/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return overlayLine(head, 0, rest === 0 ? title : [...title, { text: ' '.repeat(rest), role: 'plain' }]);
};
