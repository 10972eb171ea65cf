import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { refusedChange } from './change-error.ts';
import { openSdkSession } from './clients.ts';
import type { ConcurrencyChange } from './lambda-types.ts';

const isOfConcurrency = /^(?:PUT|DELETE) \/[\d-]+\/functions\/[^/]+\/concurrency$/;

/** Sets or removes the reserved concurrency of a function. Throws WireError; a ChangeError if it was refused. */
export const setConcurrency = async (
  transport: Transport,
  target: AwsTarget,
  { function: name, reserved }: ConcurrencyChange,
  signal: AbortSignal,
): Promise<Record<string, never>> => {
  const { config, run } = openSdkSession(transport, target, {
    allows: (action) => isOfConcurrency.test(action),
    format: 'json',
    mayBeEmpty: true,
  });
  const client = new LambdaClient(config);
  try {
    await run(signal, async (options) => {
      if (reserved === undefined)
        await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }), options);
      else
        await client.send(
          new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: reserved }),
          options,
        );
    });
    return {};
  } catch (error) {
    throw refusedChange(error);
  } finally {
    client.destroy();
  }
};
