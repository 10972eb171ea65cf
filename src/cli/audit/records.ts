import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { LedgerRecord } from '../../persistence/ledger/entry.ts';
import { type LedgerFilter, ledgerRecords } from '../../persistence/ledger/read-ledger.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { momentOf } from '../logs/flags.ts';
import type { AuditFlags } from './flags.ts';
import { learnLedger } from './ledger-sharing.ts';

export type AuditCall = Invocation<AuditFlags>;

/** Wall-clock ms of what an option says. */
const momentIn = (option: string, text: string, { clock }: Context): Millis => {
  const at = momentOf(text, parseDuration, clock.now() + clock.wallOffset());
  if (at !== undefined) return at;
  throw new UsageError(`${option} ${text}: write how long ago (24h) or when (2026-03-04T10:15:00Z)`);
};

const filterOf = ({ options, global }: AuditCall, context: Context): LedgerFilter => {
  const [env = '', system] = (global.env ?? '').split('/').reverse();
  const { run, since, until, who } = options;
  return {
    ...(run === undefined ? {} : { run }),
    ...(who === undefined ? {} : { who }),
    ...(since === undefined ? {} : { since: momentIn('--since', since, context) }),
    ...(until === undefined ? {} : { until: momentIn('--until', until, context) }),
    ...(env === '' ? {} : { env }),
    ...(system === undefined ? {} : { system }),
  };
};

/** The runs that ended so, of such a runbook; undefined: all. Kept of each run is its id, whatever it wrote. */
const runsOf = async (
  { options: { ending, runbook } }: AuditCall,
  { stateDir }: Context,
): Promise<ReadonlySet<string> | undefined> => {
  if (ending === undefined && runbook === undefined) return undefined;
  const runs = new Map<string, { ending: string; runbook: string }>();
  for await (const { entry } of ledgerRecords(stateDir)) {
    const known = runs.get(entry.run) ?? { ending: 'none', runbook: '' };
    runs.set(entry.run, known);
    // The first that is written counts, as for everybody who reads a run.
    if (entry.event === 'planned' && known.runbook === '') known.runbook = entry.proposal.runbook;
    if (entry.event === 'ended' && known.ending === 'none') known.ending = entry.ending;
  }
  const fitting = [...runs].filter(
    ([, found]) => found.ending === (ending ?? found.ending) && found.runbook === (runbook ?? found.runbook),
  );
  return new Set(fitting.map(([run]) => run));
};

async function* fittingRecords(call: AuditCall, context: Context): AsyncGenerator<LedgerRecord> {
  const runs = await runsOf(call, context);
  for await (const record of ledgerRecords(context.stateDir, filterOf(call, context)))
    if (runs === undefined || runs.has(record.entry.run)) yield record;
}

/**
 * What was asked for, oldest first, one record at a time. With `--share` the names in all of it are learned before the
 * first is given.
 */
export async function* recordsOf(call: AuditCall, context: Context): AsyncGenerator<LedgerRecord> {
  const { sharing, output } = call;
  if (sharing !== undefined)
    for (const name of await learnLedger(context, fittingRecords(call, context), sharing))
      output.error(`opsdeck: there is no profile of ${name} here: what only it names is not masked`);
  yield* fittingRecords(call, context);
}
