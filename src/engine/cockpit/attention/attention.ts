import type { Millis } from '../../../domain/base/fault.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import type { Acknowledgements } from '../../../domain/incidents/acknowledgement.ts';
import { unownedAfterMs, waitingAfterMs } from '../../../domain/profile/notification.ts';
import { requestsToAnswer, type WaitingApproval } from '../../../domain/runs/approval.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { rowName } from '../../../kinds/registry/registry.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';
import type { CriticalEvent } from '../../../store/messages.ts';
import { createCriticalNotifier, withCriticals } from './critical-notifier.ts';

/** 'waits for confirmation', or undefined for a run that waits for no person. */
const awaited = ({ stage, awaitingStep, login, parameterPrompt, past }: RunView): string | undefined => {
  // What waits for an answer to another person's request is that run.
  if (past === true || stage === 'ended' || stage === 'approving') return undefined;
  if (awaitingStep !== undefined) return `waits for an answer: ${awaitingStep.title}`;
  if (login !== undefined) return 'waits for a login';
  if (stage === 'proposed') return 'waits for confirmation';
  return parameterPrompt !== undefined && parameterPrompt.loading !== true
    ? 'waits for a parameter'
    : undefined;
};

/** The state that is compared. */
interface Attention {
  readonly snapshot: Snapshot;
  readonly acknowledged: Acknowledgements;
  readonly run: RunView | undefined;
  readonly approvals: readonly WaitingApproval[];
}

/**
 * Notifies about alerts that fire for 15 minutes without an acknowledgement (in their system or here) or a silence, and about a
 * run that waits for a person for a minute, or at once for this person's approval: each once. Times count from the first sight. While notifications are off nothing
 * is compared.
 */
export const createAttentionNotifier = (
  isNotifying: () => boolean,
): ((now: Millis, attention: Attention) => readonly CriticalEvent[]) => {
  let firing: ReadonlyMap<string, Millis> = new Map();
  let waiting: { readonly key: string; readonly since: Millis } | undefined;
  let reported: ReadonlySet<string> = new Set();

  const unowned = (now: Millis, { snapshot, acknowledged }: Attention): readonly CriticalEvent[] => {
    const taken = new Set(Object.values(acknowledged).map(({ row }) => row));
    const { rows, faults, waiting: unread } = snapshot.kinds.alerts;
    const open = rows.filter(({ fact, key }) => fact.state === 'firing' && !taken.has(key));
    const seen = new Map(open.map(({ key }) => [key, firing.get(key) ?? now]));
    // An alert that is out of sight may still fire.
    firing = faults.length > 0 || unread > 0 ? new Map([...firing, ...seen]) : seen;
    const oncalls = snapshot.kinds.oncalls;
    const isNoOneOnCall =
      oncalls.isProvided && oncalls.waiting === 0 && oncalls.faults.length === 0 && oncalls.rows.length === 0;
    return open.flatMap(({ key, fact }): readonly CriticalEvent[] => {
      const since = seen.get(key) ?? now;
      if (now - since < unownedAfterMs) return [];
      const name = rowName('alerts', fact);
      const call = isNoOneOnCall ? ', and no one is on call' : '';
      const text = `alert ${name}: not acknowledged for ${formatAge(now - since)}${call}`;
      return [{ at: now, key: `unowned ${key} ${since}`, kind: 'unowned-alert', text }];
    });
  };

  const waits = (now: Millis, run: RunView | undefined): readonly CriticalEvent[] => {
    const what = run === undefined ? undefined : awaited(run);
    if (run === undefined || what === undefined) {
      waiting = undefined;
      return [];
    }
    const key = `waiting ${run.runbook.id} ${run.nth ?? 0} ${what}`;
    if (waiting?.key !== key) waiting = { key, since: now };
    if (now - waiting.since < waitingAfterMs) return [];
    const title = run.proposal?.title ?? run.runbook.title;
    return [{ at: now, key: `${key} ${waiting.since}`, kind: 'waiting-run', text: `run ${title} ${what}` }];
  };

  const requests = (now: Millis, approvals: readonly WaitingApproval[]): readonly CriticalEvent[] =>
    requestsToAnswer(approvals).map(({ run, proposal }) => ({
      ...{ at: now, key: `approval ${run}`, kind: 'waiting-run' },
      text: `run waiting for approval: ${proposal.title}`,
    }));

  return (now, attention) => {
    if (!isNotifying()) {
      [firing, waiting, reported] = [new Map(), undefined, new Set()];
      return [];
    }
    const due = [
      ...unowned(now, attention),
      ...waits(now, attention.run),
      ...requests(now, attention.approvals),
    ];
    const news = due.filter(({ key }) => !reported.has(key));
    reported = new Set(due.map(({ key }) => key));
    return news;
  };
};

/**
 * Creates the notifier of an open environment: adds new criticals, alerts without an owner and waiting runs to the state.
 * `sentence`: the situation, called only for new criticals.
 */
export const createNewsNotifier = (
  isNotifying: () => boolean,
): ((state: CockpitState, now: Millis, snapshot: Snapshot, sentence: () => string) => CockpitState) => {
  const criticals = createCriticalNotifier(isNotifying);
  const attention = createAttentionNotifier(isNotifying);
  return (state, now, snapshot, sentence) => {
    const { acknowledged, run, approvals = [] } = state;
    const critical = criticals(snapshot);
    const situation = critical.length === 0 ? '' : sentence();
    return withCriticals(state, [
      ...critical.map((event) => ({ ...event, situation })),
      ...attention(now, { snapshot, acknowledged, run, approvals }),
    ]);
  };
};
