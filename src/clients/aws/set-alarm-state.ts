import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { refusedChange } from './change-error.ts';
import { openSdkSession } from './clients.ts';
import type { AlarmStateChange } from './cloudwatch-types.ts';

/** Sets the state of an alarm. Throws WireError; a ChangeError if it was refused. */
export const setAlarmState = async (
  transport: Transport,
  target: AwsTarget,
  { alarm, state, reason }: AlarmStateChange,
  signal: AbortSignal,
): Promise<Record<string, never>> => {
  const { config, run } = openSdkSession(transport, target, {
    allows: (action) => action === 'GraniteServiceVersion20100801.SetAlarmState',
    mayBeEmpty: true,
  });
  const client = new CloudWatchClient(config);
  try {
    await run(signal, (options) =>
      client.send(
        new SetAlarmStateCommand({ AlarmName: alarm, StateValue: state, StateReason: reason }),
        options,
      ),
    );
    return {};
  } catch (error) {
    throw refusedChange(error);
  } finally {
    client.destroy();
  }
};
