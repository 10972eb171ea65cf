import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, required } from './clients.ts';
import type { EventSourceMapping, LambdaReader } from './lambda-types.ts';

/** The REST protocol reads with GET only. Source: AWS, Lambda API Reference. */
const isRead = (action: string): boolean => action.startsWith('GET /');

const functionNameOf = (arn = ''): string => arn.split(':')[6] ?? arn;

/** Opens the reading client. Contacts nothing yet. */
export const openLambda = (transport: Transport, target: AwsTarget): LambdaReader => {
  const { config, run } = openSdkSession(transport, target, { allows: isRead, format: 'json' });
  const client = new LambdaClient(config);
  return {
    names: async (most, signal) => {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const page = new ListFunctionsCommand(defined({ Marker: next }));
        const { Functions, NextMarker } = await run(signal, (options) => client.send(page, options));
        names.push(...required(Functions, 'Functions').flatMap(({ FunctionName }) => FunctionName ?? []));
        next = NextMarker;
      } while (next !== undefined && next !== '' && names.length <= most);
      return names;
    },
    configuration: async (name, signal) => {
      const found = await run(signal, (options) =>
        client.send(new GetFunctionConfigurationCommand({ FunctionName: name }), options),
      );
      return {
        name,
        arn: found.FunctionArn ?? '',
        ...defined({
          state: found.State,
          stateReason: found.StateReason,
          lastUpdate: found.LastUpdateStatus,
          lastUpdateReason: found.LastUpdateStatusReason,
          runtime: found.Runtime,
        }),
      };
    },
    reserved: async (name, signal) => {
      const { ReservedConcurrentExecutions } = await run(signal, (options) =>
        client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }), options),
      );
      return ReservedConcurrentExecutions;
    },
    mappings: async (signal) => {
      const all: EventSourceMapping[] = [];
      let next: string | undefined;
      do {
        const page = new ListEventSourceMappingsCommand(defined({ Marker: next }));
        const { EventSourceMappings, NextMarker } = await run(signal, (options) =>
          client.send(page, options),
        );
        all.push(
          ...required(EventSourceMappings, 'EventSourceMappings').map(
            ({ EventSourceArn = '', FunctionArn, State = '' }) => ({
              ...{ sourceArn: EventSourceArn, functionName: functionNameOf(FunctionArn), state: State },
            }),
          ),
        );
        next = NextMarker;
      } while (next !== undefined && next !== '');
      return all;
    },
    close: async () => client.destroy(),
  };
};
