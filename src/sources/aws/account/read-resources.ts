import type { Fault } from '../../../domain/base/fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { mapConcurrently } from '../../kit/values/concurrency.ts';
import { matchesAny, splitPatterns } from '../../kit/values/name-pattern.ts';
import type { AwsContext } from './context.ts';

/**
 * The names of the resources that a key of the config selects, sorted. Its prefixes select from the names that `list`
 * returns; more than `limit` of them are a fault of `call`.
 */
export const resourceNames = async (
  { config, fault }: AwsContext,
  key: 'functions' | 'tables',
  call: string,
  list: (limit: number) => Promise<readonly string[]>,
): Promise<{ readonly names: readonly string[]; readonly faults: readonly Fault[] }> => {
  const { [key]: patterns, limit } = config;
  const { names, prefixes } = splitPatterns(patterns);
  const listed = prefixes.length === 0 ? [] : await list(limit);
  const matching = listed.filter((name) => matchesAny(patterns, name));
  const tooMany = new WireError(
    'unconfigured',
    `AWS has more than ${limit} ${key}, so opsdeck read only some: name the ones that you need in ${key}, or raise limit`,
  );
  return {
    names: [...new Set([...names, ...matching])].sort(),
    faults: listed.length > limit ? [fault(call, tooMany)] : [],
  };
};

/** True if the error concerns one resource only; any other fails the whole reading. */
const isOfOneResource = (error: unknown): error is WireError =>
  error instanceof WireError && (error.kind === 'denied' || error.kind === 'missing');

/** The resources that were read, and the others. */
interface ResourceReading<T> {
  readonly read: readonly T[];
  readonly faults: readonly Fault[];
  /** The first error when there are resources and none of them could be read. */
  readonly failure?: WireError;
}

/** Concurrent requests: well below the request quotas of an account. */
const requestsAtOnce = 8;

/**
 * Reads resources concurrently, in their order. One that is denied or missing has a fault of `call`, and the value of
 * `unread` instead, or none without it. Throws WireError for any other error.
 */
export const readResources = async <R, T>(
  { fault }: AwsContext,
  resources: readonly R[],
  how: {
    call(resource: R): string;
    read(resource: R): Promise<T>;
    unread?(resource: R): T;
    readonly atOnce?: number;
  },
): Promise<ResourceReading<T>> => {
  const faults: Fault[] = [];
  const errors: WireError[] = [];
  const read = await mapConcurrently(
    resources,
    how.atOnce ?? requestsAtOnce,
    async (resource): Promise<readonly T[]> => {
      try {
        return [await how.read(resource)];
      } catch (error) {
        if (!isOfOneResource(error)) throw error;
        errors.push(error);
        faults.push(fault(how.call(resource), error));
        return how.unread === undefined ? [] : [how.unread(resource)];
      }
    },
  );
  const [failure] = errors;
  return {
    read: read.flat(),
    faults,
    ...(failure !== undefined && errors.length === resources.length ? { failure } : {}),
  };
};
