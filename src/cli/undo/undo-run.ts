import type { Proposal } from '../../domain/proposal.ts';
import { readLedger } from '../../persistence/ledger/read-ledger.ts';
import { pastRunOf } from '../../persistence/ledger/runs.ts';
import type { Executor } from '../../runs/door.ts';
import { UsageError } from '../exit-code.ts';
import type { Opened } from '../open.ts';

/**
 * Proposes what undoes a run of the ledger, of this or an earlier session; it then passes the same gates as any other.
 * Throws UsageError when there is no such run, it has not ended, or it kept nothing that could be put back.
 */
export const proposeUndo = async (
  run: string,
  { profile }: Opened,
  executor: Executor,
  stateDir: string,
  signal: AbortSignal,
  override: string | undefined,
): Promise<Proposal> => {
  const records = await readLedger(stateDir, { run });
  const [first] = records;
  if (first === undefined)
    throw new UsageError(`the ledger in ${stateDir} has no run ${run}; see opsdeck audit show`);
  const here = `${profile.system}/${profile.env}`;
  if (`${first.system}/${first.env}` !== here)
    throw new UsageError(`run ${run} was in ${first.system}/${first.env}, not in ${here}; nothing was sent`);
  const events = records.map(({ entry }) => entry);
  const known = await pastRunOf(records);
  if (known?.unended === 'going' || known?.unended === 'unknown')
    throw new UsageError(`run ${run} has no ending: ${known.why}; nothing was sent`);
  const planned = events.find((event) => event.event === 'planned');
  const of = planned?.event === 'planned' ? planned.proposal.runbook : '';
  const runbook = profile.runbooks.find(({ id }) => id === of);
  const proposal = await executor.undoProposal(events, runbook, signal, override);
  if (proposal === undefined) throw new UsageError(`run ${run} kept nothing that could be put back`);
  return proposal;
};
