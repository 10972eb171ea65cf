import { composeScale, composeUp } from './compose-operation.ts';
import { containerOperations } from './container-operation.ts';
import { dockerExec } from './exec-operation.ts';
import { dockerLogs } from './logs-operation.ts';
import { dockerPull } from './pull-operation.ts';

/** Every operation of this source; a new one is its file and a line here. */
export const dockerOperations = [
  ...containerOperations,
  dockerPull,
  composeUp,
  composeScale,
  dockerExec,
  dockerLogs,
];
