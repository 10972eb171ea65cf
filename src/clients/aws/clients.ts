import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { Transport } from '../../platform/transport.ts';
import { sdkError } from './aws-error.ts';
import type { AwsTarget } from './aws-types.ts';
import { sdkHandler } from './sdk-handler.ts';

/** SDK clients of one target. */
export interface SdkClients {
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  /** Runs a call; ends it at once when the signal aborts, also while credentials are resolved. Throws WireError. */
  run<T>(
    signal: AbortSignal,
    call: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>;
  close(): void;
}

/** Opens SDK clients over a transport. They send only actions that `allows` accepts, and never retry. */
export const openSdkClients = (
  transport: Transport,
  target: AwsTarget,
  allows: (action: string) => boolean,
): SdkClients => {
  const { region, endpoint, profile, keys, tls } = target;
  const named = {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
  // Roles and SSO sessions are resolved by requests of their own, which change nothing.
  const login = sdkHandler(transport, { tls: undefined, allows: () => true, isLogin: true });
  const config = {
    ...named,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK adds properties to the object.
    credentials:
      keys === undefined
        ? defaultProvider({ ...named, clientConfig: { ...named, requestHandler: login } })
        : { ...keys },
    requestHandler: sdkHandler(transport, { tls, allows }),
    // The scheduler decides when to read again.
    maxAttempts: 1,
  };
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const sts = new STSClient(config);
  return {
    sqs,
    sts,
    run: async (signal, call) => {
      const within = transport.within(signal);
      within.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(within.reason);
      within.addEventListener('abort', abort, { once: true });
      try {
        return await Promise.race([call({ abortSignal: within }), aborted.promise]);
      } catch (error) {
        throw sdkError(error, profile);
      } finally {
        within.removeEventListener('abort', abort);
      }
    },
    close: () => {
      sqs.destroy();
      sts.destroy();
    },
  };
};
