import { requestsToAnswer } from '../../../domain/runs/approval.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { isRunActive } from '../../../store/run-view.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { StatusMark } from '../../shell/contract/features.ts';
import { liveContext, type RenderContext } from '../../shell/contract/render-context.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { pendingResetMark } from './pending-resets.ts';

/** Minimum terminal width at which the header names the runbook of a run. */
export const roomyHeader = 120;

/** The mark of a run in the background, with the key that opens its card: ' RUN close-breaker 0:42, R '. */
export const backgroundRunMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, now } = liveContext(view);
  const { run } = cockpit;
  if (run?.background !== true || !isRunActive(cockpit)) return [];
  const name = view.columns >= roomyHeader ? ` ${view.pen.cut(run.runbook.id, 24)}` : '';
  const since = formatElapsed(now - (actStartedAt(run) ?? now));
  const waits = run.awaitingStep === undefined ? '' : ' needs input';
  const key = boundKey(cockpit, 'runbook.card', 'R');
  return [{ text: ` RUN${name} ${since}${waits}, ${key} `, role: 'armed' }];
};

/** '1 run waits for approval': the runs that this person can approve. */
export const approvalMarks = ({ cockpit, columns }: RenderContext): readonly StatusMark[] => {
  const count = requestsToAnswer(cockpit.approvals ?? []).length;
  if (count === 0) return [];
  const words = count === 1 ? 'run waits' : 'runs wait';
  const text = columns < roomyHeader ? pluralize(count, 'approval') : `${count} ${words} for approval`;
  return [{ text: ` ${text} `, role: 'warn' }];
};

/** The mark of temporary changes: opsdeck restores the previous state at that time. */
export const resetMarks = (view: RenderContext): readonly StatusMark[] => {
  const mark = pendingResetMark(liveContext(view));
  if (mark === undefined) return [];
  return [mark.isLate ? { text: ` ${mark.text} `, role: 'warn' } : { text: mark.text }];
};
