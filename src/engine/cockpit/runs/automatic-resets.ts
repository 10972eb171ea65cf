import type { StoreApi } from 'zustand/vanilla';
import {
  isGivenUp,
  isSameReset,
  type PendingReset,
  type ShownReset,
} from '../../../domain/runs/pending-reset.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { createSerialQueue } from '../../../platform/runtime/serial-queue.ts';
import type { Executor } from '../../../runs/context/executor-api.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { runJournalEntry } from '../../journal/run-entries.ts';
import { withJournalEntries } from '../environment/messages.ts';

/** Carries out the resets of temporary changes at their time, and shows them until then. */
interface AutomaticResets {
  /** Reads them again: a run, another process or an earlier cockpit may have stored some. */
  reload(): void;
  /** Carries out those that are due. */
  everySecond(): void;
  /** Stops; a reset in progress is ended and recorded first. */
  close(): Promise<void>;
}

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
  readonly executor: Executor;
  readonly isDrill: boolean;
  say(text: string, level: 'ok' | 'warn'): void;
}

/** Time until a reset that could not be carried out is tried again. */
const againMs = 60_000;

/** Creates the resets of one open environment. */
export const createAutomaticResets = ({ cockpit, clock, executor, isDrill, say }: Parts): AutomaticResets => {
  const stop = new AbortController();
  let pending: readonly ShownReset[] = [];
  const queue = createSerialQueue();
  let isBusy = false;
  let lastError = '';
  const triedAt = new Map<string, number>();

  const inOrder = (step: () => Promise<void>): void => {
    queue.run(step).catch((error: unknown) => {
      const why = errorMessage(error);
      if (why !== lastError && !stop.signal.aborted) say(`automatic resets: ${why}`, 'warn');
      lastError = why;
    });
  };

  const read = async (): Promise<void> => {
    pending = await executor.resets(stop.signal);
    const ledgerProblem = await executor.ledgerProblem();
    lastError = '';
    if (!stop.signal.aborted) cockpit.setState({ resets: pending, ledgerProblem });
  };

  const keyOf = ({ run, step }: PendingReset): string => `${run} ${step}`;

  /** True: this process takes it back now. Others wait for a person. */
  const isDue = (reset: ShownReset): boolean => {
    const now = clock.now();
    const tried = triedAt.get(keyOf(reset));
    const waits = tried !== undefined && now - tried < againMs;
    return reset.standing.is === 'own' && !waits && !isGivenUp(reset) && clock.wallNow() >= reset.dueAt;
  };

  let dueShown = 0;
  /** Shows the resets again when one of them has become due: those of other processes wait for a person then. */
  const showDue = (): void => {
    const due = pending.filter(({ dueAt }) => clock.wallNow() >= dueAt).length;
    if (due !== dueShown) cockpit.setState({ resets: [...pending] });
    dueShown = due;
  };

  const carryOut = async (reset: PendingReset): Promise<void> => {
    triedAt.set(keyOf(reset), clock.now());
    const events: RunEvent[] = [];
    let title = reset.title;
    const outcome = await executor.reset(reset, stop.signal, (event) => {
      events.push(event);
      if (event.event === 'planned') title = event.proposal.title;
      const entry = runJournalEntry(title, event, events, isDrill);
      if (entry !== undefined) cockpit.setState((s) => withJournalEntries(s, [entry]));
    });
    if (outcome?.ended !== undefined)
      say(
        outcome.ended.ending === 'recovered'
          ? `done automatically: ${reset.title}`
          : `${title}: ${outcome.why}`,
        outcome.ended.ending === 'recovered' ? 'ok' : 'warn',
      );
    await read();
  };

  return {
    reload: () => inOrder(read),
    everySecond: () => {
      if (isBusy || stop.signal.aborted) return;
      showDue();
      const due = pending.filter(isDue);
      if (due.length === 0) return;
      isBusy = true;
      inOrder(async () => {
        try {
          for (const reset of due)
            if (!stop.signal.aborted && pending.some((shownReset) => isSameReset(shownReset, reset)))
              await carryOut(reset);
        } finally {
          isBusy = false;
        }
      });
    },
    close: async () => {
      stop.abort('the environment was closed');
      await queue.settled();
    },
  };
};
