import { alarmStateOperation, setAlarmStateOperation } from './alarm-state.ts';
import { functionConcurrencyOperation, setConcurrencyOperation } from './concurrency.ts';
import { purgeOperation, queueCountsOperation } from './purge.ts';
import { cancelRedriveOperation, moveTaskOperation, redriveOperation } from './redrive.ts';
import { sendOperation } from './send.ts';

/** The operations of the source. */
export const awsOperations = [
  sendOperation,
  purgeOperation,
  redriveOperation,
  cancelRedriveOperation,
  queueCountsOperation,
  moveTaskOperation,
  setAlarmStateOperation,
  alarmStateOperation,
  setConcurrencyOperation,
  functionConcurrencyOperation,
];
