import { type Cursor, cursorAt, initialCursor } from '../../kit/components/cursor.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { listedRunbooks } from './listed-runbooks.ts';
import type { RunbookSubject } from './runbook-subject.ts';

/** The state of the list of runbooks. */
export interface RunbooksOverlay {
  readonly is: 'runbooks';
  readonly cursor: Cursor;
  /** The alert or log line that the list is opened for: runbooks that mention it come first. */
  readonly about?: RunbookSubject;
  /** The searched symptom: only runbooks that mention it are listed. Absent: all. */
  readonly text?: string;
  readonly typing?: boolean;
  /** The ids in the order that the list had when it was opened; absent: the current order. */
  readonly order?: readonly string[];
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly runbooks: RunbooksOverlay;
  }
}

/** Opens the list of runbooks with the first one selected, in an order that stays while it is open. */
export const openRunbookList = (
  { model, view }: Pick<KeyContext, 'model' | 'view'>,
  about?: RunbookSubject,
): void => {
  if (about !== undefined) {
    model.setState({ overlay: { is: 'runbooks', cursor: initialCursor, about } });
    return;
  }
  const order = listedRunbooks(view, {}).map(({ suggestion }) => suggestion.runbook.id);
  model.setState({ overlay: { is: 'runbooks', cursor: cursorAt(order, 0), order } });
};
