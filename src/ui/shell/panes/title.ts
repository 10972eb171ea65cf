import { pluralize } from '../../../domain/text/count-text.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import { markedKeys, paneState } from '../contract/model.ts';
import type { PaneQueryResult, PaneRoom, PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { countsWidth, type Glance, renderGlance } from './glance.ts';
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
 * Tags in a pane's title: filter, level filter and marked rows.
 */
export const titleTags = (
  view: RenderContext,
  pane: string,
  wantedQueryResult: PaneQueryResult<PaneRow>,
  every: () => readonly PaneRow[],
): StyledLine => {
  const { pen, ui } = view;
  const { filter, least } = paneState(ui, pane);
  const marks = markCountText(view, pane, every);
  return [
    ...(filter === ''
      ? []
      : [pen.run(`  ${filterMatchText(wantedQueryResult, pen.maskTyped(filter))}`, 'key')]),
    ...(least === undefined ? [] : [pen.run(`  ${levelFilterLabels[least]}`, 'key')]),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
  ];
};

/** The parts of a title. */
interface TitleParts {
  /** The key that opens the pane: '3'. Absent: opened by name only. */
  readonly key?: string | undefined;
  /** 'Circuit breakers' */
  readonly name: string;
  readonly tags: StyledLine;
  /** Number of faults that no status line shows. */
  readonly faults: number;
  readonly glance: Glance | undefined;
  /** The subject of the rows, dim; '' for none. It is left out first. */
  readonly caption: string;
}

/** Blanks between the parts of a title. At the end of the title, its rule goes on to the corner in them. */
const gap = '  ';

/** The key and the name of a pane, as its title begins: '▌3 Circuit breakers'. */
const titleName = (
  pen: TextPen,
  { key, name }: { readonly key?: string | undefined; readonly name: string },
  focused: boolean,
): StyledLine => [
  focused ? pen.glyph('focus', 'focus') : pen.run(' '),
  ...(key === undefined ? [] : [pen.run(key, 'key'), pen.run(' ')]),
  pen.run(name, focused ? 'focus' : 'title'),
];

/**
 * The title of a pane: key and name, tags, faults and caption at the left, the counts at the right, a rule between them. They
 * never touch: the counts give way first, then the title is cut.
 */
export const renderTitle = (
  { pen }: Pick<RenderContext, 'pen'>,
  { width, focused }: Pick<PaneRoom, 'width' | 'focused'>,
  { key, name, tags, faults, glance, caption }: TitleParts,
): StyledLine => {
  const start: StyledLine = [
    ...titleName(pen, { key, name }, focused),
    ...tags,
    ...(faults === 0 ? [] : [pen.run(`${gap}${pluralize(faults, 'fault')}`, 'down')]),
  ];
  const room = width - lineWidth(start) - 2 * gap.length;
  const captionCells = caption === '' ? 0 : widthOf(pen.maskText(caption)) + gap.length;
  // What the rows are about is worth more than the words of the counts.
  const hasCaption =
    captionCells > 0 && captionCells + (glance === undefined ? 0 : countsWidth(pen, glance)) <= room;
  const counts =
    glance === undefined ? [] : renderGlance(pen, glance, room - (hasCaption ? captionCells : 0));
  const about = hasCaption ? [pen.run(`${gap}${caption}`, 'faint')] : [];
  const end = counts.length === 0 ? [] : [...counts, pen.run(gap)];
  return justifyLine([...start, ...about], end, width, 'plain', pen.ellipsis);
};
