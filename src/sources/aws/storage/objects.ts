import type { BucketListing } from '../../../clients/aws/storage-types.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import type { ObjectsRead } from '../account/config.ts';
import type { AwsContext } from '../account/context.ts';

/** Limit of listed objects per reading: 10 requests. */
const maxObjects = 10_000;

/** 'backups/db/' is the prefix db/ of the bucket backups. */
const placeOf = (written: string): { readonly bucket: string; readonly prefix: string } => {
  const slash = written.indexOf('/');
  return slash < 0
    ? { bucket: written, prefix: '' }
    : { bucket: written.slice(0, slash), prefix: written.slice(slash + 1) };
};

const objectsValue = (
  { objects, read }: ObjectsRead,
  { count, bytes, newestAt, isComplete }: BucketListing,
  wallNow: number,
): Pick<Sample, 'value' | 'why'> => {
  // The newest object may be anywhere in the order of the keys.
  if (!isComplete)
    return {
      why: `there are more than ${formatCount(maxObjects)} objects under ${objects}, too many to list: use a longer prefix`,
    };
  if (read === 'count') return { value: count };
  if (read === 'bytes') return { value: bytes };
  return newestAt === undefined
    ? { why: `the bucket has no object under ${objects}: check the bucket and the prefix` }
    : { value: Math.max(0, (wallNow - newestAt) / 1000) };
};

/** One feed per signal, so that a bucket that may not be listed affects no other. */
export const objectsFeed = (
  { source, config, buckets, fault, now, wallNow }: AwsContext,
  { id, read }: { readonly id: string; readonly read: ObjectsRead },
): Feed => {
  const { bucket, prefix } = placeOf(read.objects);
  return {
    id: `${source}/objects:${id}`,
    source,
    name: 'objects',
    kind: 'samples',
    signals: [id],
    everyMs: config.metricsEvery,
    staleMs: staleAfter(config.metricsEvery),
    timeoutMs: config.timeout,
    read: async (signal) => {
      try {
        const listing = await buckets.list(bucket, prefix, maxObjects, signal);
        const item: Sample = {
          ...{ source, at: now(), signal: id, labels: {} },
          ...objectsValue(read, listing, wallNow()),
        };
        return { items: [item], faults: [] };
      } catch (error) {
        return { items: [], faults: [fault(`S3 ListObjectsV2 ${read.objects}`, error)] };
      }
    },
  };
};
