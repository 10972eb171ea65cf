import type { MainView, PaneId } from '../../kit/components/cursor.ts';
import { paneState, type UiStore } from '../../shell/contract/model.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';

/** The operator's view: pane and row. */
interface Attention {
  readonly place: MainView;
  readonly focus: PaneId;
  readonly index: number;
  readonly key: string | undefined;
  readonly opened: boolean;
}

/** The operator's view before a key. */
export const attentionOf = (model: UiStore): Attention => {
  const ui = model.getState();
  const { cursor, opened } = paneState(ui, ui.focus);
  return { place: ui.place, focus: ui.focus, index: cursor.index, key: cursor.key, opened };
};

/**
 * Reports the first row with a warning or a critical level that a key or a click has selected or opened in a drill: the
 * operator has noticed a problem. A key that changes nothing of this, and a row that was selected from the start, do not
 * count.
 */
export const reportNotice = ({ view, commands, model, pane, row }: KeyContext, before: Attention): void => {
  const { drill, open } = view.cockpit;
  if (drill?.isRunning !== true || drill.hasNoticed || open === undefined || view.past !== undefined) return;
  if (row === undefined || (row.level !== 'crit' && row.level !== 'warn')) return;
  const now = attentionOf(model);
  const isNew =
    now.place !== before.place ||
    now.focus !== before.focus ||
    now.index !== before.index ||
    now.key !== before.key ||
    (now.opened && !before.opened);
  if (isNew) commands.drill({ event: 'noticed', row: `${pane.title} ${row.label}` });
};
