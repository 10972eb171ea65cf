import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { defined } from '../../domain/base/defined.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { sdkError } from './aws-error.ts';
import type { AwsTarget } from './aws-types.ts';
import { type SdkPermissions, sdkHandler } from './sdk-handler.ts';

type CredentialProvider = ReturnType<typeof defaultProvider>;

/** The credential chains in use: the clients of all services of a target share one login. */
const providers = new WeakMap<Transport, Map<string, CredentialProvider>>();

const credentialProvider = (transport: Transport, { region, profile }: AwsTarget): CredentialProvider => {
  const named = {
    ...defined({ region, profile }),
  };
  const known = providers.get(transport) ?? new Map<string, CredentialProvider>();
  providers.set(transport, known);
  const key = JSON.stringify(named);
  const chain = known.get(key);
  if (chain !== undefined) return chain;
  // Roles and SSO sessions are resolved by requests of their own, which change nothing.
  const login = sdkHandler(transport, { tls: undefined, allows: () => true, isLogin: true });
  const created = defaultProvider({ ...named, clientConfig: { ...named, requestHandler: login } });
  known.set(key, created);
  return created;
};

/** Options for the SDK clients of one target, and a way to run their calls. */
export const openSdkSession = (transport: Transport, target: AwsTarget, permissions: SdkPermissions) => {
  const { region, endpoint, profile, keys, tls } = target;
  return {
    config: {
      ...defined({ region, profile, endpoint }),
      // A copy: the SDK adds properties to the object.
      credentials: keys === undefined ? credentialProvider(transport, target) : { ...keys },
      requestHandler: sdkHandler(transport, { tls, ...permissions }),
      // The scheduler decides when to read again.
      maxAttempts: 1,
    },
    /** Runs a call; ends it at once when the signal aborts, also while credentials are resolved. Throws WireError. */
    run: async <T>(
      signal: AbortSignal,
      call: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    ): Promise<T> => {
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
  };
};

export type SdkSession = ReturnType<typeof openSdkSession>;

/** Returns the time of a date as the SDK parses it, in ms since the epoch; undefined for none, and for one that is no date. */
export const timeOf = (date: Date | null | undefined): number | undefined => {
  const ms = date?.getTime();
  return ms === undefined || Number.isNaN(ms) ? undefined : ms;
};

/** Returns a value that a response must have. Throws `malformed`. */
export const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined)
    throw new WireError('malformed', `the response of AWS has no ${name}: check endpoint of the source`);
  return value;
};
