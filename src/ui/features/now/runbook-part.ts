import type { Runbook, VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { RunbookSuggestion } from '../../../store/cockpit.ts';
import { dangerLabel } from '../../kit/components/card.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { matchText, runbookDanger } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import type { CauseIndex } from '../findings/causes.ts';
import { suggestedRunbook } from '../findings/columns.ts';
import type { FindingRow } from '../findings/findings.ts';
import { withoutParams } from './details.ts';

/** Maximum rows of steps and of their verification; the preview shows all of them. */
const maxRows = 5;
/** The part of the width that long steps take beside their verification. */
const stepsShare = 0.54;
const leastStepCells = 24;

/** '○ The broker is healthy within 30s' */
const proofLine = ({ pen }: RenderContext, { title, withinMs }: VerifyStep): StyledLine => [
  pen.glyph('off', 'faint'),
  pen.run(` ${withoutParams(title)}`),
  pen.run(withinMs === 0 ? '' : ` within ${formatDuration(withinMs)}`, 'faint'),
];

/** The lines in a column of at most `cells`: their ends, which say the time, give way first. */
const fitColumn = ({ pen }: RenderContext, lines: readonly StyledLine[], cells: number) => {
  const isWide = lines.some((line) => lineWidth(line) > cells);
  return lines.map((line) => fitWords(isWide ? line.slice(0, 2) : line, cells, 'plain', pen.ellipsis));
};

/** The steps at the left, and at the right what proves that they worked. */
const planRows = (view: RenderContext, { act, verify }: Runbook): readonly StyledLine[] => {
  const { pen, columns } = view;
  const proofs = (verify === 'none' ? [] : verify).map((proof) => proofLine(view, proof));
  const steps = act.map(({ title }, index) => [
    pen.run(` ${index + 1} `, 'faint'),
    pen.run(`${withoutParams(title)} `),
  ]);
  const half = Math.floor(columns * (proofs.length === 0 ? 1 : stepsShare));
  const left = Math.min(half, Math.max(...steps.map(lineWidth), leastStepCells));
  const rights = fitColumn(view, proofs, columns - left - 2);
  const lefts = fitColumn(view, steps, left);
  const count = Math.max(steps.length, proofs.length);
  const shown = count <= maxRows ? count : maxRows - 1;
  const head = [pen.run(`${' steps'.padEnd(left)}  ${proofs.length === 0 ? '' : 'proof'}`, 'faint')];
  const rows = Array.from(
    { length: shown },
    (_, index): StyledLine => [
      ...(lefts[index] ?? [pen.run(' '.repeat(left))]),
      pen.run('  '),
      ...(rights[index] ?? []),
    ],
  );
  const rest = shown === count ? [] : [[pen.run(`   ${count - shown} more in the preview`, 'faint')]];
  return count === 0 ? [] : [head, ...rows, ...rest];
};

const suggestionOf = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
): { readonly suggestion: RunbookSuggestion; readonly about: string } | undefined => {
  if (row.is === 'runbook') return { suggestion: row.suggestion, about: '' };
  const found = suggestedRunbook(view, row.is === 'fold' ? row.cause : row, causes);
  if (found === undefined) return undefined;
  return { suggestion: found.suggestion, about: found.row === row ? '' : ` · for ${found.row.label}` };
};

/** The suggested runbook of a row: its id and danger, its title, why it is suggested, its steps and what proves that they worked. */
export const renderRunbookPart = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
): readonly StyledLine[] => {
  const found = suggestionOf(view, row, causes);
  if (found === undefined) return [];
  const { pen, cockpit, columns } = view;
  const { suggestion, about } = found;
  const { runbook } = suggestion;
  const isFirst = cockpit.suggestions.find(({ fits }) => fits === 'yes') === suggestion;
  const head: StyledLine = [
    pen.run(' '),
    ...(isFirst ? [pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key'), pen.run(' ')] : []),
    pen.run(runbook.id, 'bold'),
  ];
  const danger = [...dangerLabel(pen, runbookDanger(suggestion)), pen.run(' ')];
  return [
    [],
    justifyLine(head, danger, columns, 'plain', pen.ellipsis),
    [pen.run(` ${runbook.title}`)],
    ...(suggestion.fits === 'yes' ? [[pen.run(` ${matchText(suggestion)}${about}`, 'faint')]] : []),
    ...planRows(view, runbook),
  ].map((line) => fitWords(line, columns, 'plain', pen.ellipsis));
};
