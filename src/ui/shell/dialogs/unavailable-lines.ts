import { cardInnerWidth } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** Why an item is unavailable, wrapped: the end may name the remedy. */
export const unavailableLines = (view: RenderContext, why: string): readonly StyledLine[] => {
  const { pen } = view;
  return pen
    .wrap(`unavailable: ${why}`, cardInnerWidth(view) - 6)
    .map(
      (piece, index): StyledLine => [
        index === 0 ? pen.glyph('denied', 'down') : pen.run(' '),
        pen.run(` ${piece}`, 'down'),
      ],
    );
};
