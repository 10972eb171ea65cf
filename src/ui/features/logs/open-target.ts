import { firstRow } from '../../cursor.ts';
import { openPlace } from '../../keys/places.ts';
import { changePane } from '../../model.ts';
import type { Hand } from '../../panes/pane.ts';
import { logsId } from './cursor.ts';
import type { LogTarget } from './target.ts';

/** Opens LOGS on something: its streams, its chips, its time. */
export const openTarget = ({ model, commands, say }: Hand, { scope, chips, at, says }: LogTarget): void => {
  changePane(model, logsId, { cursor: firstRow, marks: undefined, opened: false });
  model.setState(({ logs: { pausedAt: _, movedIn: __, asking: ___, ...logs } }) => ({
    logs: { ...logs, follow: true },
  }));
  commands.logs.hold(false);
  commands.logs.open(scope);
  commands.logs.look(chips);
  openPlace(model, logsId);
  say(at === undefined ? says : `${says} · from 5 min before it began`);
};
