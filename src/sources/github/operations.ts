import { mayRestartProcesses } from '../kit/operations/define-operation.ts';
import { approveOperation } from './approve-operation.ts';
import { commitRunsOperation, reviewsOperation, scheduleOperation } from './commit-operations.ts';
import { dispatchOperation } from './dispatch-operation.ts';
import { closeIssueOperation, issueOperation } from './issue-operations.ts';
import { cancelRunOperation, rerunOperation } from './run-operations.ts';

/** The operations of the source. */
export const githubOperations = mayRestartProcesses([
  dispatchOperation,
  rerunOperation,
  cancelRunOperation,
  approveOperation,
  issueOperation,
  closeIssueOperation,
  commitRunsOperation,
  reviewsOperation,
  scheduleOperation,
]);
