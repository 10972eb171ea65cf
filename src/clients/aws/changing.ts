import { declareChanges } from '../../platform/protocol.ts';
import type { AwsTarget, SqsChange, SqsChangeResult } from './aws-types.ts';
import type { AlarmStateChange } from './cloudwatch-types.ts';
import type { ConcurrencyChange } from './lambda-types.ts';

const nameOf = (urlOrArn: string): string => urlOrArn.split(/[/:]/).at(-1) ?? '';

const line = (change: SqsChange): string => {
  switch (change.is) {
    case 'send':
      return `SQS SendMessage ${nameOf(change.url)}`;
    case 'purge':
      return `SQS PurgeQueue ${nameOf(change.url)}`;
    case 'redrive':
      return `SQS StartMessageMoveTask ${nameOf(change.from)}`;
    case 'cancelRedrive':
      return `SQS CancelMessageMoveTask ${nameOf(change.from)}`;
  }
};

/** One change of a queue. Throws WireError; a ChangeError if SQS has refused it. */
export const sqsChanges = declareChanges<AwsTarget, SqsChange, SqsChangeResult>({
  name: 'aws',
  load: async () => (await import('./change.ts')).changeSqs,
  line,
  outcome: ({ messageId, moved }) =>
    messageId !== undefined ? `message ${messageId}` : moved !== undefined ? `${moved} moved` : 'done',
});

/** One change of the state of an alarm. Throws WireError; a ChangeError if CloudWatch has refused it. */
export const alarmChanges = declareChanges<AwsTarget, AlarmStateChange, Record<string, never>>({
  name: 'cloudwatch',
  load: async () => (await import('./set-alarm-state.ts')).setAlarmState,
  line: ({ alarm, state }) => `CloudWatch SetAlarmState ${alarm} ${state}`,
  outcome: () => 'done',
});

/** One change of the reserved concurrency of a function. Throws WireError; a ChangeError if Lambda has refused it. */
export const concurrencyChanges = declareChanges<AwsTarget, ConcurrencyChange, Record<string, never>>({
  name: 'lambda',
  load: async () => (await import('./set-concurrency.ts')).setConcurrency,
  line: ({ function: name, reserved }) =>
    reserved === undefined
      ? `Lambda DeleteFunctionConcurrency ${name}`
      : `Lambda PutFunctionConcurrency ${name} ${reserved}`,
  outcome: () => 'done',
});
