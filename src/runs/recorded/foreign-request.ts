import { undoRunbookId } from '../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { ProposalRequest } from '../context/executor-api.ts';

/** A request without steps, which is refused: it names a run whose records are foreign. */
export const foreignRequest = (run: string, why: string, of: Proposal | undefined): ProposalRequest => ({
  runbook: {
    position: { file: '', line: 0, col: 0 },
    id: undoRunbookId(of?.runbook ?? ''),
    title: `Undo: ${of?.title ?? run}`,
    covers: [],
    params: [],
    diagnose: [],
    act: [],
    verify: [],
  },
  params: {},
  undoes: run,
  barred: `the record of run ${run} is foreign, and nothing is carried out on that basis: ${why}`,
});
