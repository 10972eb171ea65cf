import type { PanelOutline } from '../../kit/components/panel.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { panePositions } from './layout.ts';
import { borderRoom } from './screen-size.ts';

/** The outlines of the visible panes: the row below the inside of a box has its lower border. */
export const panelOutlines = (view: RenderContext, height: number): readonly PanelOutline[] =>
  panePositions(view, height).flatMap((placed): readonly PanelOutline[] => {
    const { pane, x, y, width, height: high, focused, isUnframed } = placed;
    if (isUnframed === true) return [];
    const outline = { left: x - 1, top: y, right: x + width, bottom: y + high, focused };
    const parts = pane.outlines?.(view, placed);
    if (parts !== undefined)
      return parts.map(({ left, top, right, bottom, isList }) => ({
        ...{ left: x + left, top: y + top, right: x + right, bottom: y + bottom },
        focused: focused && isList,
      }));
    const divider = pane.divider?.(view, placed);
    if (divider === undefined) return [outline];
    const { cell, isListRight } = divider;
    // The detail explains the row under the cursor: the list has the focus.
    return [
      { ...outline, right: x + cell, focused: focused && !isListRight },
      { ...outline, left: x + cell + borderRoom(view).between - 1, focused: focused && isListRight },
    ];
  });
