import type { Level } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { fitLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { levelNames } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { viewSituation } from '../state/view-situation.ts';
import { renderSituationRow, renderSituationRows, situationMark } from './situation-bar.ts';

/** Minimum terminal width for wide gaps and for who is on call. */
const roomy = 100;

/**
 * Renders '✗ 7 critical   ▲ 11 warning   ▲ 1 pending   ? 3 unknown', or the number of OK rows if there is nothing else: what
 * Problems lists, so that everything counted can be opened. Pending rows do not count as OK.
 */
export const levelCounts = (view: RenderContext, gap: string, isShort = false): StyledLine =>
  view.own === undefined ? [] : countRuns(view, view.features.header.countFindings(view), gap, isShort);

/** The same of given counts. */
const countRuns = (
  { pen }: RenderContext,
  levels: Readonly<Record<Level | 'pending', number>>,
  gap: string,
  isShort: boolean,
): StyledLine => {
  const countText = (count: number, level: Level, word: string): StyledLine =>
    count === 0
      ? []
      : [pen.run(gap), pen.glyph(level, level), pen.run(isShort ? ` ${count}` : ` ${count} ${word}`, level)];
  const of = (level: Level): StyledLine => countText(levels[level], level, levelNames[level]);
  const { warn, pending } = levels;
  const notOk = [
    ...of('crit'),
    // The same glyph with two numbers has no meaning without words.
    ...(isShort
      ? countText(warn + pending, 'warn', '')
      : [...of('warn'), ...countText(pending, 'warn', 'pending')]),
    ...of('unknown'),
  ];
  return notOk.length > 0 ? notOk : of('ok');
};

/** Minimum terminal width for the words of levels beside the number of problems. */
const wide = 140;

/** The number of overdue checklists. */
const overdueChecklists = ({ cockpit, pen, past, columns }: RenderContext): StyledLine => {
  const count = (cockpit.checklists ?? []).filter(({ isOverdue }) => isOverdue).length;
  if (count === 0 || past !== undefined) return [];
  const text = columns >= roomy ? `${pluralize(count, 'checklist')} overdue` : `${count} overdue`;
  return [pen.run('  '), pen.run(text, 'warn')];
};

/** Texts at the end of the situation: overdue checklists, and where nothing is wrong who is on call. */
const endOf = (view: RenderContext, isClear: boolean): StyledLine => {
  const onCall = view.columns < roomy || !isClear ? [] : view.features.header.onCall(view);
  return [
    ...(lineWidth(onCall) === 0 ? [] : [view.pen.run('   '), ...onCall]),
    ...overdueChecklists(view),
    view.pen.run(' '),
  ];
};

/** The counts and the end of a situation in one row. */
const situationParts = (
  view: RenderContext,
  situation: SituationSummary,
): {
  readonly counts: { readonly long: StyledLine; readonly short: StyledLine };
  readonly end: StyledLine;
} => {
  const gap = view.columns >= roomy ? '   ' : '  ';
  // The fact of a clear situation begins with the count.
  const counts =
    situationMark(situation) === 'ok'
      ? { long: [], short: [] }
      : { long: levelCounts(view, gap), short: levelCounts(view, ' ', true) };
  return { counts, end: endOf(view, situation.causes.length === 0) };
};

/** The findings of a situation per level: as many as its problems. */
const findingCounts = ({ findings }: SituationSummary): Readonly<Record<Level | 'pending', number>> => {
  const counts = { ok: 0, warn: 0, crit: 0, unknown: 0, pending: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
};

/** The situation of the overview: its panes have their names themselves. */
const overviewSummary = (view: RenderContext, situation: SituationSummary): readonly StyledLine[] => {
  const { counts, end } = situationParts(view, situation);
  return situation.causes.length > 0
    ? renderSituationRows(view, situation, {
        counts: countRuns(view, findingCounts(situation), ' ', view.columns < wide),
        end,
        problems: situation.findings.length,
      })
    : [renderSituationRow(view, situation, { counts, end })];
};

/** The situation beside a pane, in one row. Before there are facts, the name of the pane. */
const paneSummary = (view: RenderContext, situation: SituationSummary | undefined): StyledLine => {
  const { pen, columns, ui, cockpit, features } = view;
  if (situation !== undefined) return renderSituationRow(view, situation, situationParts(view, situation));
  const isNamed = cockpit.open !== undefined || cockpit.profileErrors === undefined;
  const name = ui.place === 'overview' ? 'overview' : features.panes.byId(ui.place).title;
  return fitLine([pen.run(isNamed ? ` ${name}` : '', 'bold')], columns, 'plain', pen.ellipsis);
};

/** Renders the rows below the header: of the overview the situation with its effects and keys, of a pane the situation in one row. */
export const renderSummary = (view: RenderContext): readonly StyledLine[] => {
  const situation = viewSituation(view);
  const strip = view.features.header.strip(view);
  if (strip !== undefined) return strip.lines;
  return view.ui.place === 'overview' && situation !== undefined
    ? overviewSummary(view, situation)
    : [paneSummary(view, situation)];
};
