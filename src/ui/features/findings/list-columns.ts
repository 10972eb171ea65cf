import type { FaultKind } from '../../../domain/base/fault.ts';
import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { joints } from '../../kit/components/panel.ts';
import type { Column } from '../../kit/components/table.ts';
import {
  fitLine,
  fitLineMiddle,
  fitWords,
  justifyLine,
  lineWidth,
  type StyledLine,
  type StyledRun,
} from '../../kit/text/line.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { pendingLevel } from '../../shell/panes/ranking.ts';
import { suggestionStanding } from '../../shell/state/blocked-reasons.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { matchStyles, suggestionWord } from '../runbook-matching/standing.ts';
import { isBelowCause, lastBelowCauses, rowsByCause } from './cause-tree.ts';
import { type CauseIndex, causesAmong } from './causes.ts';
import { alikeText, problemText } from './columns.ts';
import { type FindingRow, problemStart } from './findings.ts';

/** A narrower table is the list beside a detail, which has the rest of each problem. */
export const listFrom = 56;

/** Cells of an age: '≥1m08s'. */
const ageCells = 6;

/** The first suggested runbook, which the key of runbooks opens. */
const isFirstSuggestion = ({ cockpit }: RenderContext, row: FindingRow): boolean =>
  row.is === 'runbook' &&
  row.suggestion.fits === 'yes' &&
  cockpit.suggestions.find(({ fits }) => fits === 'yes') === row.suggestion;

/** The mark of a row: its level, the kind of its loss, or the key of the first suggested runbook. */
export const findingMark = (view: RenderContext, row: FindingRow): StyledRun => {
  const { pen, cockpit } = view;
  switch (row.is) {
    case 'fold':
      return pen.glyph(row.isOpen ? 'open' : 'chosen', 'key');
    case 'approval':
    case 'reset':
      return pen.glyph('warn', 'warn');
    case 'blind': {
      const { glyph, role } = faultStyle(row.fault.kind);
      return pen.glyph(glyph, role);
    }
    case 'runbook': {
      if (isFirstSuggestion(view, row)) return pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key');
      const standing = suggestionStanding(row.suggestion);
      const { glyph, role } = matchStyles[standing];
      return standing === 'yes' ? pen.run(' ') : pen.glyph(glyph, role);
    }
    case 'finding': {
      const level = pendingLevel(row) !== undefined && row.level === 'ok' ? 'warn' : row.level;
      return pen.glyph(level, level);
    }
  }
};

const lossWords: Readonly<Partial<Record<FaultKind, string>>> = {
  denied: 'denied',
  unconfigured: 'not configured',
};

/** The beginning of a problem, up to its limit or its explanation: 'down 503', '48.8 %'. */
export const briefProblem = (view: RenderContext, row: FindingRow): string =>
  row.is === 'blind'
    ? (lossWords[row.fault.kind] ?? 'no data')
    : (problemText(view, row).split(/ · |, limit|: /, 1)[0] ?? '').trim();

/** '✗ 15 ▲ 2': the folded rows by level. */
const levelMarks = ({ pen }: RenderContext, rows: readonly FindingRow[]): StyledLine =>
  (['crit', 'warn', 'unknown'] as const).flatMap((level) => {
    const count = rows.filter((row) => row.level === level).length;
    return count === 0 ? [] : [pen.run(' '), pen.glyph(level, level), pen.run(` ${count}`, 'faint')];
  });

const problemRun = (
  view: RenderContext,
  row: Exclude<FindingRow, { is: 'fold' }>,
  isBelow: boolean,
): StyledRun => {
  const { pen } = view;
  if (row.is === 'runbook') {
    const { word, role } = suggestionWord(row.suggestion);
    return view.pen.run(word, role);
  }
  if (row.is === 'approval' || row.is === 'reset')
    return pen.run(row.is === 'reset' ? 'due' : 'waits', 'warn');
  if (row.acknowledged !== undefined) return pen.run('ack', 'faint');
  return pen.run(`${alikeText(row)}${briefProblem(view, row)}`, isBelow ? 'faint' : 'plain');
};

/** The causes among the listed rows, and the keys of the consequences that end their tree. */
export interface FindingTree {
  readonly causes: CauseIndex;
  readonly last: ReadonlySet<string>;
}

/** The tree of the shown rows. `rows`: all rows of Problems, unfolded. */
export const findingTree = (view: RenderContext, rows: readonly FindingRow[]): FindingTree => {
  const causes = causesAmong(view, rows);
  return { causes, last: lastBelowCauses(rowsByCause(view, rows), causes) };
};

/** The branch from a cause to its consequence. */
const branchText = ({ pen }: RenderContext, isLast: boolean): string => {
  const up = 1;
  const right = 2;
  const down = 4;
  return `  ${ruleGlyph(up + right + (isLast ? 0 : down), pen.ascii)}${ruleGlyph(joints.horizontal, pen.ascii)} `;
};

/** The name of a row. One that stands for breakers or alerts of several instances below a cause has the name that they share. */
const nameOf = (row: FindingRow, isBelow: boolean): string => {
  if (row.is === 'runbook') return row.suggestion.runbook.id;
  const isGathered = isBelow && row.is === 'finding' && row.alike?.isOpen === false;
  const subject = isGathered ? row.subject : undefined;
  return subject?.kind === 'breakers' || subject?.kind === 'alerts' ? subject.fact.name : row.label;
};

/** The mark of a row, and its name; a consequence stands in the tree of its cause. */
const nameLine = (
  view: RenderContext,
  { causes, last }: FindingTree,
  row: FindingRow,
): readonly [mark: StyledLine, name: StyledLine] => {
  const { pen } = view;
  const isBelow = isBelowCause(view, causes, row);
  const name = nameOf(row, isBelow);
  // Names are plain, as in every table, but those of causes: few texts stand out.
  const isPlain =
    row.acknowledged !== undefined ||
    row.is === 'fold' ||
    isBelow ||
    (row.is === 'finding' && causes.consequencesOf(row).length === 0);
  const lead = isBelow ? pen.run(branchText(view, last.has(row.key)), 'rule') : undefined;
  return [
    [lead ?? pen.run(row.is === 'fold' ? '  ' : ''), findingMark(view, row), pen.run(' ')],
    [pen.run(name, isPlain ? 'plain' : 'bold')],
  ];
};

/** The state of a row, and for a row of its own since when: a consequence has the start of its cause. */
const stateLine = (view: RenderContext, causes: CauseIndex, row: FindingRow): StyledLine => {
  if (row.is === 'fold') return levelMarks(view, row.members);
  const isBelow = isBelowCause(view, causes, row);
  const { severity } = row;
  const state: StyledLine = [
    ...(severity === undefined ? [] : [view.pen.run(`${severity.id} `, 'faint')]),
    problemRun(view, row, isBelow),
  ];
  if (isBelow || (row.is !== 'finding' && row.is !== 'blind')) return state;
  const age = formatStateAge(problemStart(row), view.now);
  return [...state, view.pen.run(` ${age.padStart(ageCells)}`, 'faint')];
};

/** The part of a row that its state takes from a long name. */
const stateShare = 0.5;

/** The name of a row at the left and its state at the right, in `width` cells. */
export const renderFindingLine = (
  view: RenderContext,
  tree: FindingTree,
  row: FindingRow,
  width: number,
): StyledLine => {
  const { pen } = view;
  const [lead, name] = nameLine(view, tree, row);
  const state = stateLine(view, tree.causes, row);
  const room = Math.max(Math.ceil(width * stateShare), width - lineWidth(state) - 1);
  const cells = Math.min(lineWidth(name), room - lineWidth(lead));
  const start = [...lead, ...fitLineMiddle(name, cells, 'plain', pen.ellipsis)];
  const end = fitLine(state, Math.min(lineWidth(state), width - lineWidth(start) - 1), 'plain', pen.ellipsis);
  return justifyLine(start, end, width, 'plain', pen.ellipsis);
};

/** The rest of a problem, below its beginning; all of it where the row says something else. */
const restOfProblem = (view: RenderContext, row: FindingRow): string => {
  const text = problemText(view, row);
  if (row.is !== 'finding' || row.acknowledged !== undefined) return text;
  const brief = briefProblem(view, row);
  return text
    .trimStart()
    .slice(brief.length)
    .replace(/^(?: · |, |: )/, '');
};

/** Lines of the title of a runbook in the list. */
const maxTitleLines = 2;
/** Cells before the text below a name: those of its mark. */
const markCells = 3;

/** The lines below a row of the list: the rest of its problem and its pane, or the title of a runbook; none below a consequence. */
export const linesOfFinding = (
  view: RenderContext,
  causes: CauseIndex,
  row: FindingRow,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  if (row.is === 'fold' || isBelowCause(view, causes, row)) return [];
  const indented = (line: StyledLine): StyledLine => [pen.run(' '.repeat(markCells)), ...line];
  const room = width - markCells - 1;
  if (row.is === 'runbook')
    return pen
      .wrap(row.label, room)
      .slice(0, maxTitleLines)
      .map((piece) => indented([pen.run(piece, 'faint')]));
  const place = row.is === 'finding' ? row.pane.title : row.is === 'blind' ? 'source' : '';
  const end = [pen.run(place, 'faint')];
  const cells = room - lineWidth(end) - 1;
  const rest = fitWords([pen.run(restOfProblem(view, row), 'faint')], cells, 'plain', pen.ellipsis);
  return [indented(justifyLine(rest, end, room, 'plain', pen.ellipsis))];
};

/** The column of the list of problems beside the detail of the selected one: mark and name, state, age. Without a head. */
export const findingListColumns = (
  view: RenderContext,
  tree: FindingTree,
  width: number,
): readonly Column<FindingRow>[] => [
  {
    head: '',
    name: 'OBJECT',
    required: true,
    width,
    cell: (row) => renderFindingLine(view, tree, row, width),
  },
];
