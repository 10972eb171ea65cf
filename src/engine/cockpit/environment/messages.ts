import type { Millis } from '../../../domain/base/fault.ts';
import type { JournalEntry } from '../../../domain/facts/journal.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { formatForward, type PortForward } from '../../../domain/runbooks/port-forward.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { outcomeOf } from '../../../domain/runs/run-outcome.ts';
import type { AuditCopies } from '../../../persistence/ledger/audit-copies.ts';
import type { SaveResult } from '../../../platform/files/save-file.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';

/** The number of journal entries kept in memory. */
const maxJournalEntries = 2000;

/** Appends journal entries and drops the oldest. */
export const withJournalEntries = (
  { journal }: Pick<CockpitState, 'journal'>,
  entries: readonly JournalEntry[],
): Pick<CockpitState, 'journal'> => ({ journal: [...journal, ...entries].slice(-maxJournalEntries) });

/** The number of messages kept. */
const maxMessages = 200;

/** Appends a message and drops the oldest. `keptEnd`: the end of the text that stays visible when the text is cut. */
export const withMessage = (
  state: Pick<CockpitState, 'messages'>,
  time: Millis,
  level: Level,
  text: string,
  keptEnd?: string,
): Pick<CockpitState, 'messages'> => ({
  messages: [...state.messages, { at: time, level, text, ...(keptEnd !== undefined && { keptEnd }) }].slice(
    -maxMessages,
  ),
});

/** The most errors of a profile that become messages; `opsdeck validate` lists all. */
const maxErrors = 20;

/**
 * Reports the errors of a profile that was not loaded, the first one last, because the message row shows the last. `consequence`
 * is added to each. The first error ends with the count of the others, also on a narrow screen.
 */
export const sayProfileErrors = (
  errors: readonly string[],
  say: (text: string, level: 'warn', keptEnd?: string) => void,
  consequence = '',
): void => {
  const listed = errors.slice(0, maxErrors);
  const more = errors.length - 1;
  const where = errors.length > maxErrors ? 'that opsdeck validate lists' : 'in :messages';
  const count = more > 0 ? ` · ${more} more ${where}` : undefined;
  for (const [index, text] of [...listed.entries()].reverse()) {
    const end = index === 0 ? count : undefined;
    say(`${text}${consequence}${end ?? ''}`, 'warn', end);
  }
};

/** The message for a run that ended while its card was in the background. */
export const runEndedText = (
  { runbook, proposal }: RunView,
  ended: Pick<Extract<RunEvent, { event: 'ended' }>, 'ending' | 'why' | 'reason' | 'incident'>,
): readonly [text: string, level: 'ok' | 'warn'] => {
  const { is, word } = outcomeOf(ended, ended.incident);
  return [`${proposal?.title ?? runbook.title}: ${word}`, is === 'recovered' ? 'ok' : 'warn'];
};

/** The message after writing a file. */
export const fileSavedText = (saved: SaveResult): readonly [text: string, level: 'ok' | 'warn'] =>
  'path' in saved ? [`saved: ${saved.path}`, 'ok'] : [`not saved: ${saved.why}`, 'warn'];

/** Adds changes to the journal and a message for each: 'breaker bus-0 · broker: CLOSED → OPEN'. */
export const withJournalChanges = (
  state: Pick<CockpitState, 'messages' | 'journal'>,
  entries: readonly JournalEntry[],
): Pick<CockpitState, 'messages' | 'journal'> => {
  const messages = entries.map(({ at, level, what, change }) => ({
    at,
    level,
    text: `${what}: ${change}`,
    inJournal: true as const,
  }));
  return {
    messages: [...state.messages, ...messages].slice(-maxMessages),
    ...withJournalEntries(state, entries),
  };
};

/** The first port-forward whose connections have begun to fail. */
export const forwardProblem = (
  was: readonly PortForward[],
  now: readonly PortForward[],
): string | undefined => {
  const failing = now.find(
    ({ id, problem }) =>
      problem !== undefined && was.find((portForward) => portForward.id === id)?.problem === undefined,
  );
  return failing === undefined ? undefined : `${formatForward(failing)}: ${failing.problem?.text}`;
};

/** Something that copies or shares the ledger. `recovered`: the message when its trouble is over. */
type TroubleSource = Pick<AuditCopies, 'trouble'> & { readonly recovered?: string };

/**
 * Reports failed ledger copies, each failure once, and their recovery. `isGoing`: a run is in progress, and is
 * reported first.
 */
export const createCopyFailureReporter = (say: (text: string, level: 'ok' | 'warn') => void) => {
  const reportedNow = new Map<TroubleSource, string>();
  return (copies: readonly TroubleSource[], isGoing: boolean): void => {
    if (isGoing) return;
    for (const copy of copies) {
      const trouble = copy.trouble();
      if (trouble === reportedNow.get(copy)) continue;
      if (trouble === undefined) {
        reportedNow.delete(copy);
        say(copy.recovered ?? 'the copies of the ledger have all records again', 'ok');
      } else {
        reportedNow.set(copy, trouble);
        say(trouble, 'warn');
      }
    }
  };
};
