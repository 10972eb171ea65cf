import type { StoreApi } from 'zustand/vanilla';
import type { ArmedNote } from '../../../domain/team/presence.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { createApprovals } from './approvals.ts';

/** Interval in which this cockpit is reported: a fourth of the lease. */
const reportMs = 5000;

/** Marks the open environment while the state that several machines share is not known. */
const showTrouble = (cockpit: StoreApi<CockpitState>, { state }: Pick<OpenedEnvironment, 'state'>): void => {
  const isUnavailable = state?.trouble() !== undefined;
  const { open } = cockpit.getState();
  if (open === undefined || (open.isStateUnavailable === true) === isUnavailable) return;
  const { isStateUnavailable: _, ...rest } = open;
  cockpit.setState({ open: isUnavailable ? { ...rest, isStateUnavailable: true } : rest });
};

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
  opened(): Pick<OpenedEnvironment, 'state' | 'profile' | 'who' | 'approvals'> | undefined;
  say(text: string, level?: 'ok' | 'warn'): void;
}

/**
 * The state of the team on the screen: whether it is known, who is here, and what waits for an approval. This cockpit is reported to the others only
 * where the state is shared, so a drill never is. While the state database is unavailable the others are unknown, not absent.
 */
export const createSharedStateView = (
  parts: Parts,
): {
  everySecond(): void;
  /** Handles new records of the ledger. */
  ledgerWritten(): void;
  readonly commands: Pick<Commands, 'reportPane' | 'openApproval' | 'approveRun' | 'refuseRun'>;
} => {
  const { cockpit, clock, opened } = parts;
  const approvals = createApprovals(parts);
  let pane = '';
  let environment: ReturnType<Parts['opened']>;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let isReporting = false;
  let reportedArming = '';

  /** The arming of this cockpit for the others, and what identifies it. */
  const armed = (): { readonly note?: ArmedNote; readonly key: string } => {
    const { armedUntil, reason = '' } = cockpit.getState().arming;
    const forMs = (armedUntil ?? 0) - clock.now();
    return armedUntil === undefined || forMs <= 0
      ? { key: '' }
      : { note: { forMs, reason }, key: `${armedUntil} ${reason}` };
  };

  const report = async (here: NonNullable<ReturnType<Parts['opened']>>): Promise<void> => {
    const { state, who, profile } = here;
    if (state?.presence === undefined || who === undefined) return;
    const { system, env } = profile;
    // Why it failed is the trouble of the state.
    const { note } = armed();
    const readAt = clock.now();
    const present = await state.presence
      .report({ user: who.user, host: who.host, system, env, pane, ...(note && { armed: note }) })
      .catch(() => undefined);
    if (opened() !== here) return;
    cockpit.setState({ present });
    approvals.presenceRead(present, readAt);
  };

  return {
    everySecond: () => {
      const here = opened();
      if (here !== environment) {
        environment = here;
        reportedAt = Number.NEGATIVE_INFINITY;
        const { present, approvals: requests } = cockpit.getState();
        // Those of another environment must not stay when these cannot be read.
        if (present !== undefined || requests !== undefined)
          cockpit.setState({ present: undefined, approvals: undefined });
        approvals.reload();
      }
      if (here === undefined) return;
      showTrouble(cockpit, here);
      approvals.everySecond();
      if (here.state?.presence === undefined || isReporting) return;
      // The others must see it soon when this cockpit is armed.
      const { key } = armed();
      if (clock.now() - reportedAt < reportMs && key === reportedArming) return;
      reportedArming = key;
      reportedAt = clock.now();
      isReporting = true;
      void report(here).finally(() => {
        isReporting = false;
      });
    },
    ledgerWritten: approvals.reload,
    commands: {
      ...approvals.commands,
      reportPane: (title) => {
        pane = title;
      },
    },
  };
};
