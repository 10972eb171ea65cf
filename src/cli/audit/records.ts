import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { maskWordsOf } from '../../domain/mask/profile-words.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { type LedgerFilter, ledgerRecords } from '../../persistence/ledger/read-ledger.ts';
import { loadProfile } from '../../profile/load.ts';
import { searchProfiles } from '../choose-profile.ts';
import type { Invocation } from '../command-invocation.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import { parseTime } from '../logs/flags.ts';
import { modulesWith, pluginsOf } from '../plugins.ts';
import type { Sharing } from '../sharing.ts';
import type { AuditFlags } from './flags.ts';

type Actor = Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>;

/** A command of a profile is no business of who reads the ledger: what it would have given is masked by its form, or not known. */
const notRun = (): Promise<string> => Promise.reject(new Error('not run to read a ledger'));

/**
 * Teaches share mode what the profiles of these records name; runs and contacts nothing. Gives the environments of which
 * there is no profile here that can be read: what only it would list stays as it is.
 */
const learnLedger = async (
  context: CommandContext,
  records: AsyncIterable<LedgerRecord>,
  sharing: Sharing,
): Promise<readonly string[]> => {
  const { catalogue } = await searchProfiles(context);
  const plugins = await pluginsOf(context);
  const names = new Set<string>();
  // Who acted where is little, however many records say it. The profiles' names come first, then these.
  const actors = new Map<string, Actor>();
  for await (const { who, host, system, env } of records) {
    names.add(`${system}/${env}`);
    actors.set(JSON.stringify([who, host, system, env]), { who, host, system, env });
  }
  const missing: string[] = [];
  for (const name of names) {
    // An untrusted file would say itself which names stay readable.
    const entry = catalogue.entries.find(
      ({ system, env, conflicts }) => `${system}/${env}` === name && conflicts === undefined,
    );
    const { processEnv, clock } = context;
    const options = {
      files: entry?.files ?? context.files,
      modules: modulesWith(context, plugins),
      plugins,
      sets: context.options.sets,
      processEnv,
      now: clock.now(),
      catalogue,
    };
    const draft = entry && (await loadProfile(entry.file, options)).draft;
    if (draft === undefined) missing.push(name);
    else sharing.learnWords(maskWordsOf((await draft.finish({ exec: notRun })).profile));
  }
  sharing.learnRecords([...actors.values()]);
  return missing;
};

export type AuditCall = Invocation<AuditFlags>;

/** Wall-clock ms of what an option says. */
const momentIn = (option: string, text: string, { clock }: CommandContext): Millis => {
  const at = parseTime(text, parseDuration, clock.now() + clock.wallOffset());
  if (at !== undefined) return at;
  throw new UsageError(`${option} ${text}: write how long ago (24h) or when (2026-03-04T10:15:00Z)`);
};

const filterOf = ({ options, global }: AuditCall, context: CommandContext): LedgerFilter => {
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
  { stateDir }: CommandContext,
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

async function* fittingRecords(call: AuditCall, context: CommandContext): AsyncGenerator<LedgerRecord> {
  const runs = await runsOf(call, context);
  for await (const record of ledgerRecords(context.stateDir, filterOf(call, context)))
    if (runs === undefined || runs.has(record.entry.run)) yield record;
}

/**
 * What was asked for, oldest first, one record at a time. With `--share` the names in all of it are learned before the
 * first is given.
 */
export async function* recordsOf(call: AuditCall, context: CommandContext): AsyncGenerator<LedgerRecord> {
  const { sharing, output } = call;
  if (sharing !== undefined)
    for (const name of await learnLedger(context, fittingRecords(call, context), sharing))
      output.error(`opsdeck: there is no profile of ${name} here: what only it names is not masked`);
  yield* fittingRecords(call, context);
}
