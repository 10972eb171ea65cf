import type { Commands } from '../../../store/commands.ts';
import type { PaneRegistry } from '../../shell/contract/features.ts';
import type { UiStore } from '../../shell/contract/model.ts';

/** Tells the team which pane has the focus, whenever it moves. Returns a stop function. */
export const reportFocusedPane = ({
  model,
  commands,
  panes,
}: {
  readonly panes: PaneRegistry;
  readonly model: UiStore;
  readonly commands: Pick<Commands, 'reportPane'>;
}): (() => void) => {
  const report = (focus: string): void => commands.reportPane(panes.byId(focus).title);
  report(model.getState().focus);
  return model.subscribe(({ focus }, was) => {
    if (focus !== was.focus) report(focus);
  });
};
