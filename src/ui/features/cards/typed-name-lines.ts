import type { Proposal } from '../../../domain/runs/proposal.ts';
import { namesToType } from '../../../runs/policy/typed-token.ts';
import { cardInnerWidth, inputField, labeledLine } from '../../kit/components/card.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { correctPrefixLength } from './confirmation.ts';

/** The text that the typed one must equal: the short form, unless the full names are being typed. */
const wantedText = (short: string, full: string, typed: string): string =>
  !short.startsWith(typed) && full.startsWith(typed) ? full : short;

/** The name prompt with what was typed and what remains; while the run is not armed, only an announcement of it. */
const typeLines = (view: RenderContext, name: string, typed: string, off: boolean): readonly StyledLine[] => {
  const { pen } = view;
  if (off) return [labeledLine(pen, 'type', [pen.unmasked(name, 'faint'), pen.run('  to confirm', 'faint')])];
  const right = correctPrefixLength(name, typed);
  const letters = [...typed];
  const wrong = letters.slice(right).join('');
  const wantedStyledLine = labeledLine(pen, 'type', [
    pen.unmasked(name, 'bold'),
    pen.run('  to confirm:', 'faint'),
  ]);
  const length = [...name].length;
  const progress: StyledLine = [
    pen.run(
      wrong === '' ? `${right} of ${length}` : `${right} of ${length}, backspace`,
      wrong === '' ? 'plain' : 'crit',
    ),
  ];
  const gap = pen.run('  ');
  const room = cardInnerWidth(view) - lineWidth(progress) - 1;
  const rowOf = (left: StyledLine): StyledLine =>
    justifyLine(left, [pen.run(' '), ...progress], cardInnerWidth(view), 'plain', pen.ellipsis);
  const inputIn = (cells: number): StyledLine => {
    // Typed text that does not fit shows its end: the letters that are being typed.
    const typedRuns = [pen.unmasked(letters.slice(0, right).join('')), ...inputField(pen, wrong, 'crit')];
    const rest = wrong === '' ? [pen.unmasked([...name].slice(right).join(''), 'faint')] : [];
    const over = lineWidth([...typedRuns, ...rest]) - cells;
    if (over <= 0) return [...typedRuns, ...rest];
    const hidden = Math.max(0, Math.min(right, over + widthOf(pen.ellipsis)));
    return [
      pen.run(pen.ellipsis),
      pen.unmasked(letters.slice(hidden, right).join('')),
      ...typedRuns.slice(1),
      ...rest,
    ];
  };
  const beside = lineWidth([...wantedStyledLine, gap]);
  // The cursor takes a cell of its own.
  if (beside + widthOf(name) + 1 <= room)
    return [rowOf([...wantedStyledLine, gap, ...inputIn(room - beside)])];
  return [
    ...(lineWidth(wantedStyledLine) <= cardInnerWidth(view)
      ? [wantedStyledLine]
      : pen
          .wrap(name, cardInnerWidth(view) - 6)
          .map(
            (piece, index): StyledLine => [
              pen.run(index === 0 ? 'type  ' : '      ', 'faint'),
              pen.unmasked(piece, 'bold'),
            ],
          )),
    rowOf([pen.run('      '), ...inputIn(room - 6)]),
  ];
};

/** The prompt for the text that confirms a proposal: the short form `name`, or the full names while those are typed. */
export const typedNameLines = (
  view: RenderContext,
  proposal: Proposal,
  name: string,
  typed: string,
  off = false,
): readonly StyledLine[] =>
  typeLines(view, wantedText(name, namesToType(proposal).join(' '), typed), typed, off);
