import type { Pane } from '../contract/pane.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';

/**
 * The environment of the selected cell of a row, if it is not the open one. Everything that acts, or suggests an action, is about the open
 * environment, so none of it is offered for such a cell.
 */
export const foreignEnvironment = (
  view: RenderContext,
  pane: Pick<Pane, 'cell'>,
  row: PaneRow,
): string | undefined => {
  const env = pane.cell?.(view, row)?.env;
  return env === view.cockpit.open?.env ? undefined : env;
};

/** The row without the object of the open environment that its keys would act on. */
export const withoutSubject = <R extends PaneRow>({ subject: _, ...row }: R): Omit<R, 'subject'> => row;
