import { z } from 'zod';
import { alarmChanges } from '../../../clients/aws/changing.ts';
import type { CloudWatchAlarm } from '../../../clients/aws/cloudwatch-types.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import { type ActEvent, notApplicable } from '../../../domain/runbooks/operation.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { declareOperation, defineOperation, readForPlan } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import type { AwsContext } from '../account/context.ts';
import { reportChange } from './queue-target.ts';

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
const zAlarm = z.string().min(1).max(255).meta({ description: 'alarm name' });
const defaultReason = 'set by an opsdeck run';

/** CloudWatch evaluates an alarm every 10 s to 1 min: later, its own state may be back. */
const setWithinMs = 30_000;

const setAction: GenericAction = {
  id: 'set-alarm-state',
  verb: 'alarmState',
  title: 'Set alarm state',
  step: 'Set alarm ${param.alarm} to ${param.state}',
  on: 'alerts',
  params: [
    { name: 'alarm', type: 'choice', from: 'alerts.name', title: 'Alarm' },
    { name: 'state', type: 'choice', of: states, default: 'OK', title: 'State' },
  ],
  with: { alarm: '${param.alarm}', state: '${param.state}' },
  verify: [
    {
      id: 'v1',
      title: 'The alarm is in the requested state, for a reason that names this run',
      use: 'alarmState',
      with: { alarm: '${param.alarm}' },
      expect: { json: { state: '${param.state}', reason: defaultReason }, path: 'updatedAt', change: 'any' },
      withinMs: setWithinMs,
      forMs: 0,
    },
  ],
  notes:
    'CloudWatch executes the actions of the new state, such as notifications or scaling. The next evaluation, seconds to minutes later, sets the actual state again.',
};

const readAlarm = async (
  { cloudWatch }: AwsContext,
  name: string,
  signal: AbortSignal,
): Promise<CloudWatchAlarm> => {
  const [alarm] = await cloudWatch.alarmsNamed([name], signal);
  if (alarm === undefined)
    throw new WireError('missing', `CloudWatch has no alarm called ${name}: check the name and the region`);
  return alarm;
};

/** `setAlarmState`: sets the state of an alarm until the next evaluation. Source: AWS, SetAlarmState. */
export const setAlarmStateOperation = defineOperation(
  declareOperation({
    name: 'setAlarmState',
    danger: 'disruptive',
    params: z.strictObject({
      alarm: zAlarm,
      state: z.enum(states).meta({ description: 'new state' }),
      reason: z.string().min(1).max(1023).meta({ description: 'reason' }).default(defaultReason),
    }),
    actions: [setAction],
  }),
  (context: AwsContext) => ({
    plan: async ({ alarm: name, state }, signal) => {
      const alarm = await readForPlan(context, `CloudWatch DescribeAlarms ${name}`, () =>
        readAlarm(context, name, signal),
      );
      if (alarm.state === state)
        throw notApplicable(`alarm ${name} is already ${state}, so there is nothing to change`);
      const actions = alarm.actionsEnabled ? '' : '. The actions of the alarm are disabled';
      return {
        targets: [{ name, uid: alarm.arn, rowUid: '', saw: alarm.state, where: context.place }],
        calls: [{ line: `CloudWatch SetAlarmState ${name} ${state}`, target: 0 }],
        objects: [
          `alarm ${name} changes from ${alarm.state} to ${state} until the next evaluation${actions}`,
        ],
        earlier: alarm.state,
      };
    },
    recheck: async ({ targets: [target] }, signal) => {
      if (target === undefined) return undefined;
      const { arn, state } = await readAlarm(context, target.name, signal);
      if (arn !== target.uid) return { target: target.name, planned: target.uid, found: arn };
      return state === target.saw ? undefined : { target: target.name, planned: target.saw, found: state };
    },
    act: async function* ({ params, calls }, change, signal) {
      yield* reportChange(context, calls[0]?.line ?? 'CloudWatch SetAlarmState', async () => {
        await change.call(alarmChanges, context.target, params, signal);
        return 'the alarm keeps the new state until the next evaluation';
      });
    },
    undo: ({ params, earlier }) => ({
      use: `${context.source}.setAlarmState`,
      with: { alarm: params.alarm, state: String(earlier), reason: 'set back by an undo of opsdeck' },
      title: `Set alarm ${params.alarm} to ${String(earlier)}`,
      pins: 'nothing',
    }),
  }),
);

/** `alarmState`: reads the state of an alarm; as JSON `state`, `reason` and `updatedAt`. */
export const alarmStateOperation = defineReadOperation(
  declareOperation({
    name: 'alarmState',
    params: z.strictObject({ alarm: zAlarm }),
    resultKinds: ['json'],
  }),
  (context: AwsContext) => ({
    plan: async ({ alarm }) => ({
      targets: [{ name: alarm, uid: `${context.place} alarm ${alarm}`, saw: '', where: context.place }],
      calls: [{ line: `CloudWatch DescribeAlarms ${alarm}`, target: 0 }],
      objects: [`the state of the alarm ${alarm}`],
    }),
    act: async function* ({ params }, _, signal): AsyncGenerator<ActEvent> {
      const line = `CloudWatch DescribeAlarms ${params.alarm}`;
      yield { is: 'call', line };
      try {
        const { state, reason = '', updatedAt } = await readAlarm(context, params.alarm, signal);
        const updated = updatedAt === undefined ? {} : { updatedAt: new Date(updatedAt).toISOString() };
        yield { is: 'output', text: `${params.alarm}: ${state}, ${reason}` };
        yield { is: 'found', found: { json: { state, reason, ...updated } } };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: context.fault(line, error).message, ok: false };
      }
    },
  }),
);
