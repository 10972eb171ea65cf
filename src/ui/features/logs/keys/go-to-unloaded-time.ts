import type { Millis } from '../../../../domain/base/fault.ts';
import type { LoadedAround, LogsState } from '../../../../logs/ring/logs-state.ts';
import { markedKeys, updatePane } from '../../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../../shell/contract/pane.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { formatMessageTime } from '../view/time-format.ts';
import { logsPaneId } from '../view/view-state-access.ts';
import { linesAboveTarget, pauseFollowing, setLogCursor } from './cursor-movement.ts';

/** True for a time before the loaded lines, or where lines between them are not loaded. */
export const isUnloaded = ({ ring, unloaded }: LogsState, time: Millis): boolean => {
  const first = ring.row(ring.first);
  if (first === undefined || time < first.at) return true;
  return unloaded !== undefined && unloaded.from < time && time < unloaded.to;
};

/** Unmarks the rows whose ids belong to other lines now. */
const unmarkBefore = ({ model }: KeyContext, end: number): void => {
  const marked = markedKeys(model.getState(), logsPaneId);
  const marks = new Set([...marked].filter((key) => Number(key) >= end));
  if (marks.size < marked.size)
    updatePane(model, logsPaneId, { marks: marks.size === 0 ? undefined : marks });
};

/** The message about the result of loading lines around a time; `time`: as text. */
const resultText = ({ view: { cockpit } }: KeyContext, result: LoadedAround, time: string): string => {
  const key = (id: string, usual: string): string => boundKey(cockpit, id, usual);
  if (result.is === 'canceled') return `canceled: the lines around ${time} are not loaded`;
  if (result.is === 'busy')
    return `older lines are already loading: press ${key('logs.cancel', 'esc')} to cancel, then go to ${time} again`;
  const problems = result.problems.join(' · ');
  if (result.is === 'none')
    return problems === ''
      ? `no stream has lines as old as ${time}: the cursor is on the oldest one`
      : problems;
  const next = `${key('logs.older', 'b')} loads older ones, ${key('logs.unpause', 'f')} follows the newest`;
  return `lines around ${time} are loaded${problems === '' ? `: ${next}` : ` · ${problems}`}`;
};

/** Loads the lines around a time, and then moves the cursor there. */
export const goToUnloadedTime = (context: KeyContext, time: Millis): void => {
  const { view, commands, model, notify: say } = context;
  const first = view.cockpit.logs?.ring.first;
  const text = formatMessageTime(time, view.ui.logs.clock);
  const above = linesAboveTarget(context);
  pauseFollowing(context);
  say(`loading the lines around ${text}: press ${boundKey(view.cockpit, 'logs.cancel', 'esc')} to cancel`);
  commands.logs.loadAround(time, (result) => {
    if (result.is === 'loaded') {
      unmarkBefore(context, result.end);
      // A user who follows the newest line again meanwhile stays there.
      if (!model.getState().logs.follow) setLogCursor(context, result.row, above);
    } else if (result.is === 'none' && first !== undefined) setLogCursor(context, first, 0);
    say(resultText(context, result, text));
  });
};

/** Cancels loading older lines. */
export const cancelLoadingKey: Binding = {
  id: 'logs.cancel',
  keys: ['esc'],
  description: 'cancel loading older lines',
  whyNot: ({ view }) =>
    view.cockpit.logs?.older.is === 'loading' ? undefined : 'no older lines are being loaded',
  run: ({ commands }) => commands.logs.cancelLoading(),
};
