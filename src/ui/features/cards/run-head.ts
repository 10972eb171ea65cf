import { cardInnerWidth } from '../../kit/components/card.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** The title of a run and the id of its runbook, which gives way to a long title. */
export const runTitleLines = (view: RenderContext, title: string, id: string): readonly StyledLine[] => {
  const { pen } = view;
  const width = cardInnerWidth(view);
  const whole = pen.run(title, 'bold');
  const right = pen.run(id, 'faint');
  if (lineWidth([whole, right]) + 2 <= width) return [justifyLine([whole], [right], width)];
  return pen.wrap(title, width).map((text): StyledLine => [pen.run(text, 'bold')]);
};
