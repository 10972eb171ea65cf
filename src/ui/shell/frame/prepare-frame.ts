import { type RenderContext, viewOfPanes } from '../contract/render-context.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { panePositions } from '../layout/layout.ts';
import { viewSituation } from '../state/view-situation.ts';

/**
 * Computes the rows and counts of the visible panes, which are memoized: the frame that follows only draws them. Yields after
 * each step. `makeView` returns the view of the data to be drawn.
 */
export function* prepareFrame(makeView: () => RenderContext): Iterable<void> {
  let view: RenderContext;
  try {
    view = viewOfPanes(makeView());
  } catch {
    // The drawing meets and reports the same error.
    return;
  }
  yield;
  const panes = view.features.panes.ofEnvironment();
  // The header counts the findings of all panes, and the layout asks for the rows of those that are visible.
  for (const pane of panes) {
    pane.allRows(view);
    yield;
    pane.problems(view);
    yield;
  }
  // Problems is made of the rows of the others.
  const focused = view.features.panes.byId(view.ui.focus);
  for (const make of focused.rowParts ?? []) {
    make(view);
    yield;
  }
  focused.allRows(view);
  yield;
  // The height of the body depends on it.
  viewSituation(view);
  yield;
  for (const { pane, form } of panePositions(view, bodyHeight(view))) {
    pane.displayedRows(view, form);
    yield;
    pane.problemCount?.(view);
    yield;
  }
  view.features.header.countFindings(view);
}
