import { undoRunbookId } from '../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { ProposalRequest } from '../context/executor-api.ts';

/** A request without steps, which is refused: nothing may follow from the records of a run, or it is not known what does. */
export const barredRequest = (run: string, barred: string, of: Proposal | undefined): ProposalRequest => ({
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
  barred,
});
