import type { Runbook, VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { fitWords, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** The title of a step before its parameters have values. */
export const withoutParams = (title: string): string => title.replaceAll(/\$\{[^}]*\}/g, '…');

/** Maximum rows of steps and of their verification; the preview shows all of them. */
const maxRows = 5;
/** The part of the width that long steps take beside their verification. */
const stepsShare = 0.54;
const leastStepCells = 24;
/** Between a step and its verification, which begins with a mark. */
const gap = ' ';

/** '○ The broker is healthy within 30s' */
const proofLine = ({ pen }: Pick<RenderContext, 'pen'>, { title, withinMs }: VerifyStep): StyledLine => [
  pen.glyph('off', 'faint'),
  pen.run(` ${withoutParams(title)}`),
  pen.run(withinMs === 0 ? '' : ` within ${formatDuration(withinMs)}`, 'faint'),
];

/** The lines in a column of at most `cells`: their ends, which say the time, give way first. */
const fitColumn = ({ pen }: Pick<RenderContext, 'pen'>, lines: readonly StyledLine[], cells: number) => {
  const isWide = lines.some((line) => lineWidth(line) > cells);
  return lines.map((line) => fitWords(isWide ? line.slice(0, 2) : line, cells, 'plain', pen.ellipsis));
};

/** The steps at the left, and at the right what proves that they worked. */
export const planRows = (
  view: Pick<RenderContext, 'pen' | 'columns'>,
  { act, verify }: Runbook,
): readonly StyledLine[] => {
  const { pen, columns } = view;
  const proofs = (verify === 'none' ? [] : verify).map((proof) => proofLine(view, proof));
  const steps = act.map(({ title }, index) => [
    pen.run(` ${index + 1} `, 'faint'),
    pen.run(withoutParams(title)),
  ]);
  const half = Math.floor(columns * (proofs.length === 0 ? 1 : stepsShare));
  const left = Math.min(half, Math.max(...steps.map(lineWidth), leastStepCells));
  const rights = fitColumn(view, proofs, columns - left - gap.length - 1);
  const lefts = fitColumn(view, steps, left);
  const count = Math.max(steps.length, proofs.length);
  const shown = count <= maxRows ? count : maxRows - 1;
  const head = [pen.run(`${' steps'.padEnd(left)}${gap}${proofs.length === 0 ? '' : 'proof'}`, 'faint')];
  const rows = Array.from(
    { length: shown },
    (_, index): StyledLine => [
      ...(lefts[index] ?? [pen.run(' '.repeat(left))]),
      pen.run(gap),
      ...(rights[index] ?? []),
    ],
  );
  const rest = shown === count ? [] : [[pen.run(`   ${count - shown} more in the preview`, 'faint')]];
  return count === 0 ? [] : [head, ...rows, ...rest];
};
