import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { accountsOf } from '../../domain/runs/proposal.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { type LedgerFilter, ledgerRecords } from '../../persistence/ledger/read-ledger.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { parseTime } from '../logs/flags.ts';
import type { Invocation } from '../opening/command-invocation.ts';
import { learnRecordedNames, unmaskedNamesWarning } from '../opening/recorded-names.ts';
import type { Sharing } from '../opening/sharing.ts';
import type { AuditFlags } from './flags.ts';

type Actor = Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>;

/**
 * Teaches share mode the names in the profiles of these records. Runs and contacts nothing. Returns the environments
 * without a readable profile: names that only their profiles list stay unmasked.
 */
const learnLedger = async (
  context: CommandContext,
  records: AsyncIterable<LedgerRecord>,
  sharing: Sharing,
): Promise<readonly string[]> => {
  const names = new Set<string>();
  // Distinct actors are few. Their names are learned after those of the profiles.
  const actors = new Map<string, Actor>();
  const learn = (actor: Actor): void =>
    void actors.set(JSON.stringify([actor.who, actor.host, actor.system, actor.env]), actor);
  for await (const { who, host, system, env, entry } of records) {
    names.add(`${system}/${env}`);
    learn({ who, host, system, env });
    if (entry.event === 'planned')
      for (const { account } of accountsOf(entry.proposal)) learn({ who: account, host, system, env });
  }
  const missing = await learnRecordedNames(context, names, sharing);
  sharing.learnRecords([...actors.values()]);
  return missing;
};

export type AuditCall = Invocation<AuditFlags>;

/** Parses a time option to wall-clock ms. */
const momentIn = (option: string, text: string, { clock }: CommandContext): Millis => {
  const time = parseTime(text, parseDuration, clock.wallNow());
  if (time !== undefined) return time;
  throw new UsageError(`cannot parse ${option} ${text}: not a time. Write 24h or 2026-03-04T10:15:00Z.`);
};

const filterOf = ({ options, global }: AuditCall, context: CommandContext): LedgerFilter => {
  const [env = '', system] = (global.env ?? '').split('/').reverse();
  const { run, since, until, who } = options;
  return {
    ...defined({ run, who }),
    ...(since === undefined ? {} : { since: momentIn('--since', since, context) }),
    ...(until === undefined ? {} : { until: momentIn('--until', until, context) }),
    ...(env === '' ? {} : { env }),
    ...defined({ system }),
  };
};

/** Returns the ids of runs with the requested ending and runbook; undefined: all runs. */
const runsOf = async (
  { options: { ending, runbook } }: AuditCall,
  stateDir: string,
): Promise<ReadonlySet<string> | undefined> => {
  if (ending === undefined && runbook === undefined) return undefined;
  const runs = new Map<string, { ending: string; runbook: string }>();
  for await (const { entry } of ledgerRecords(stateDir)) {
    const known = runs.get(entry.run) ?? { ending: 'none', runbook: '' };
    runs.set(entry.run, known);
    // The first planned and ended events count, as everywhere.
    if (entry.event === 'planned' && known.runbook === '') known.runbook = entry.proposal.runbook;
    if (entry.event === 'ended' && known.ending === 'none') known.ending = entry.ending;
  }
  const fitting = [...runs].filter(
    ([, summary]) =>
      summary.ending === (ending ?? summary.ending) && summary.runbook === (runbook ?? summary.runbook),
  );
  return new Set(fitting.map(([run]) => run));
};

async function* fittingRecords(call: AuditCall, stateDir: string): AsyncGenerator<LedgerRecord> {
  const runs = await runsOf(call, stateDir);
  for await (const record of ledgerRecords(stateDir, filterOf(call, call.context)))
    if (runs === undefined || runs.has(record.entry.run)) yield record;
}

/**
 * Yields the matching records of a state directory, oldest first. With `--share`, the names in all of them are learned before the first is
 * yielded.
 */
export async function* recordsOf(call: AuditCall, stateDir: string): AsyncGenerator<LedgerRecord> {
  const { context, sharing, output } = call;
  if (sharing !== undefined)
    for (const name of await learnLedger(context, fittingRecords(call, stateDir), sharing))
      output.error(unmaskedNamesWarning(name));
  yield* fittingRecords(call, stateDir);
}
