import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, timeOf } from './clients.ts';
import type { BucketReader } from './storage-types.ts';

/** S3 reads with GET only. Source: AWS, S3 API Reference. */
const isRead = (action: string): boolean => action.startsWith('GET /');

/** Opens the reading client. Contacts nothing yet. */
export const openBuckets = (transport: Transport, target: AwsTarget): BucketReader => {
  const { config, run } = openSdkSession(transport, target, { allows: isRead });
  // One address for all buckets has no host per bucket.
  const client = new S3Client({ ...config, forcePathStyle: target.endpoint !== undefined });
  return {
    list: async (bucket, prefix, most, signal) => {
      let count = 0;
      let bytes = 0;
      let newestAt = Number.NEGATIVE_INFINITY;
      let next: string | undefined;
      do {
        const page = new ListObjectsV2Command({
          Bucket: bucket,
          ...(prefix === '' ? {} : { Prefix: prefix }),
          ...defined({ ContinuationToken: next }),
        });
        const { Contents = [], NextContinuationToken } = await run(signal, (options) =>
          client.send(page, options),
        );
        for (const { Size = 0, LastModified } of Contents) {
          count += 1;
          bytes += Size;
          newestAt = Math.max(newestAt, timeOf(LastModified) ?? Number.NEGATIVE_INFINITY);
        }
        next = NextContinuationToken;
      } while (next !== undefined && count < most);
      return {
        ...{ count, bytes, isComplete: next === undefined },
        ...(Number.isFinite(newestAt) ? { newestAt } : {}),
      };
    },
    close: async () => client.destroy(),
  };
};
