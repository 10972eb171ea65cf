import type { Level } from '../../../domain/level.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/row.ts';
import type { View } from '../../view.ts';
import { endingLooks, type Look, relapsedLook, unendedLooks } from '../cards/endings.ts';
import { paramWords } from '../cards/progress.ts';

/** One run of the ledger. */
export interface RunRow extends PaneRow {
  readonly run: PastRun;
  readonly look: Look;
}

const lookOf = ({ ending, relapsed, unended = 'unknown' }: PastRun): Look => {
  if (ending === undefined) return unendedLooks[unended];
  return relapsed ? relapsedLook : endingLooks[ending];
};

/** What did not do what it was for is bad; that nothing was done is not. */
const levelOf = ({ ending, relapsed, unended }: PastRun): Level => {
  if (relapsed) return 'crit';
  switch (ending) {
    case undefined:
      return unended === 'going' ? 'ok' : 'unknown';
    case 'failed':
    case 'executed-not-recovered':
      return 'crit';
    case 'cancelled':
    case 'forbidden':
      return 'warn';
    default:
      return 'ok';
  }
};

const rowOf = (run: PastRun): RunRow => {
  const { title, runbook, who, host, system, env, params, why, notes = [] } = run;
  const look = lookOf(run);
  return {
    key: run.run,
    level: levelOf(run),
    // Newest first, every one of them: none is folded away because it went well.
    notable: true,
    label: title,
    text: [
      look.word,
      title,
      runbook,
      `${who}@${host}`,
      `${system}/${env}`,
      paramWords(params),
      why,
      ...notes,
    ].join(' '),
    fields: { ending: look.word.toLowerCase(), runbook, who, host, system, env, run: run.run },
    run,
    look,
  };
};

/** The runs of the ledger, newest first. */
export const runRows = ({ cockpit }: View): readonly RunRow[] => (cockpit.runs ?? []).map(rowOf);
