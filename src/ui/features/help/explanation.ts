import { pluralize } from '../../../domain/text/count-text.ts';
import { type CardLine, type CardRule, cardInnerWidth } from '../../kit/components/card.ts';
import { zoneRule } from '../../kit/components/card-zones.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import { type GlyphName, levelWords } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { foreignEnvironment } from '../../shell/panes/foreign-cell.ts';
import { renderLevel } from '../../shell/panes/problem.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { actionsForRow, noActionsReason } from '../runbook-matching/row-actions.ts';
import { firstRunbookFor, isMentionOnly } from '../runbook-matching/row-runbooks.ts';
import type { Explanation } from './explain/explanation.ts';
import { explainSelected } from './explain/selected.ts';
import { paneText } from './pane-texts.ts';

const indent = '  ';

const wrapped = ({ view }: KeyContext, text: string, role: TextRole = 'plain'): readonly StyledLine[] =>
  text === ''
    ? []
    : view.pen
        .wrap(text, cardInnerWidth(view) - indent.length)
        .map((piece): StyledLine => [view.pen.run(indent), view.pen.run(piece, role)]);

const heading = ({ view }: KeyContext, text: string): CardRule => zoneRule(view.pen, text);

/** Width of the labels of details, with the gap after them. */
const labelWidth = 11;

/** One detail: its label, and its text with a hanging indent. */
const detailLines = (
  { view }: KeyContext,
  [label, text]: Explanation['details'][number],
): readonly StyledLine[] => {
  const { pen } = view;
  return pen
    .wrap(text, cardInnerWidth(view) - indent.length - labelWidth)
    .map(
      (piece, index): StyledLine => [
        pen.run(`${indent}${(index === 0 ? `${label} ` : '').padEnd(labelWidth)}`, 'faint'),
        pen.run(piece),
      ],
    );
};

/** The runbook that the details of the row name first: 'enter twice: runbook restart-billing': enter opens the row, then the runbook. */
const runbookText = ({ view, pane, row }: KeyContext): string => {
  if (pane.offersRunbooks !== true || row === undefined || view.past !== undefined) return '';
  if (foreignEnvironment(view, pane, row) !== undefined) return '';
  const first = firstRunbookFor(view, pane.id, row);
  if (first === undefined) return '';
  const enter = boundKey(view.cockpit, 'row.runbook', 'enter');
  const possible = isMentionOnly(first) ? 'possible ' : '';
  return `${enter} twice: ${possible}runbook ${first.suggestion.runbook.id}`;
};

/** The runbook and the actions of the row, and the key that copies the explanation. */
const actionText = (context: KeyContext): string => {
  const actions = actionsForRow(context.view.cockpit, context.row?.subject).length;
  const runbook = runbookText(context);
  const offered =
    actions > 0
      ? `x: ${pluralize(actions, 'action')} for this row`
      : runbook === ''
        ? noActionsReason(context)
        : '';
  return [runbook, offered, 'y copies this explanation'].filter((part) => part !== '').join(' · ');
};

/** The row or cell under the cursor: its value, why it has its level, where it comes from, and its actions. */
const selectedLines = (context: KeyContext): readonly CardLine[] => {
  const { pen } = context.view;
  const selected = explainSelected(context);
  if (selected === undefined) return [];
  const { heading: title, label, problem, explanation, absent = '' } = selected;
  const { level, value = '', because = '', details = [] } = explanation ?? {};
  return [
    heading(context, title),
    [
      pen.run(indent),
      ...(level === undefined ? [] : [...renderLevel(pen, level), pen.run(' ')]),
      pen.run(label, 'bold'),
      pen.run(value === '' ? '' : `  ${value}`),
    ],
    ...wrapped(context, because),
    ...wrapped(context, because.includes(problem) ? '' : problem),
    ...wrapped(context, absent),
    ...details.flatMap((detail) => detailLines(context, detail)),
    ...wrapped(context, actionText(context), 'faint'),
  ];
};

/** The explanation of the selected row or cell as plain text; undefined if there is none. */
export const explanationText = (context: Pick<KeyContext, 'view' | 'pane' | 'row'>): string | undefined => {
  const selected = explainSelected(context);
  if (selected === undefined) return undefined;
  const { label, problem, explanation, absent = '' } = selected;
  const { value = '', because = '', details = [] } = explanation ?? {};
  const lines = [
    [label, value].filter((part) => part !== '').join('  '),
    because,
    because.includes(problem) ? '' : problem,
    absent,
    ...details.map(([name, text]) => `${name.padEnd(labelWidth)}${text}`),
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${maskForExport(context.view, line)}\n`)
    .join('');
};

/** The glyphs of all panes, with the role in which they are drawn. */
const legend: readonly (readonly [GlyphName, TextRole, string])[] = [
  ['ok', 'ok', levelWords.ok],
  ['warn', 'warn', levelWords.warn],
  ['crit', 'crit', levelWords.crit],
  ['unknown', 'unknown', 'unknown'],
  ['stale', 'stale', 'stale value'],
  ['loading', 'loading', 'loading'],
  ['off', 'stale', 'off, not configured, INFO'],
  ['empty', 'plain', 'nothing found'],
  ['down', 'down', 'no data'],
  ['denied', 'down', 'denied, key unavailable'],
  ['changed', 'plain', 'changed, not seen yet'],
  ['rising', 'warn', 'more problems than 10 min ago'],
  ['falling', 'ok', 'fewer problems than 10 min ago'],
  ['marked', 'key', 'marked'],
  ['chosen', 'faint', 'chosen, folded'],
  ['open', 'faint', 'unfolded'],
  ['focus', 'focus', 'focused pane'],
];

/** Signs that are text, not glyphs of a level. */
const signs: readonly (readonly [string, string])[] = [
  ['–', 'no value'],
  ['·', 'gap in a graph'],
  ['≥5m', 'for at least 5m: the beginning was not observed'],
];

/** The legend of the glyphs of all panes. */
export const glyphLines = (context: KeyContext): readonly CardLine[] => {
  const { pen } = context.view;
  const entries: readonly (readonly [StyledRun, string])[] = [
    ...legend.map(([glyph, role, word]) => [pen.glyph(glyph, role), word] as const),
    ...signs.map(([sign, word]) => [pen.run(sign, 'faint'), word] as const),
  ];
  const width = cardInnerWidth(context.view);
  const lines: StyledLine[] = [];
  let used = width;
  for (const [glyph, word] of entries) {
    const cells = indent.length + 2 + word.length;
    if (used + cells > width) {
      lines.push([]);
      used = 0;
    }
    used += cells;
    lines.splice(-1, 1, [...(lines.at(-1) ?? []), pen.run(indent), glyph, pen.run(` ${word}`)]);
  }
  return [heading(context, 'Signs'), ...lines];
};

const paneLines = (context: KeyContext): readonly CardLine[] => {
  const text = wrapped(context, paneText(context.pane));
  return text.length === 0 ? [] : [heading(context, 'This pane'), ...text];
};

/** Explains the row or cell under the cursor, and the focused pane. */
export const explanationLines = (context: KeyContext): readonly CardLine[] => [
  ...selectedLines(context),
  ...paneLines(context),
];
