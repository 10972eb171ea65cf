import type { Millis } from '../../../domain/base/fault.ts';
import type { WaitingApproval } from '../../../domain/runs/approval.ts';
import type { PresentCockpit } from '../../../domain/team/presence.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';

/** Tells which requests for approval have lost the cockpit that waits for the answer. */
interface Requesters {
  /**
   * Notes the cockpits of the team, as read at `readAt` or later, in ms of the steady clock. Undefined: they are unknown, so no
   * requester counts as gone.
   */
  seen(present: readonly PresentCockpit[] | undefined, readAt: Millis): void;
  /** The requests, each with whether its requester is gone now. */
  mark(requests: readonly WaitingApproval[]): readonly WaitingApproval[];
}

/** Knows nothing yet. A cockpit reports itself before it requests an approval, so a later list that lacks it proves its end. */
export const createRequesters = (clock: Pick<Clock, 'now' | 'wallNow'>): Requesters => {
  const lastReports = new Map<string, Millis>();
  const firstSeen = new Map<string, Millis>();
  let known: { readonly ids: ReadonlySet<string>; readonly readAt: Millis } | undefined;

  const isGone = ({ run, cockpit }: WaitingApproval): boolean =>
    cockpit !== undefined &&
    known !== undefined &&
    known.readAt > (firstSeen.get(run) ?? Number.POSITIVE_INFINITY) &&
    !known.ids.has(cockpit);

  return {
    seen: (present, readAt) => {
      if (present === undefined) {
        known = undefined;
        return;
      }
      known = { ids: new Set(present.map(({ id }) => id)), readAt };
      const wall = clock.wallNow();
      for (const { id, silentForMs } of present) lastReports.set(id, wall - silentForMs);
    },
    mark: (requests) =>
      requests.map((request) => {
        const { requesterGone: _, ...rest } = request;
        if (!firstSeen.has(request.run)) firstSeen.set(request.run, clock.now());
        if (!isGone(request)) return rest;
        const since = lastReports.get(request.cockpit ?? '');
        return { ...rest, requesterGone: since === undefined ? {} : { since } };
      }),
  };
};
