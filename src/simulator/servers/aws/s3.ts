import type { ParsedRequest, ServerReply } from '../http/http-server.ts';

/** A simulated object of a bucket. */
export interface SimulatedObject {
  readonly key: string;
  readonly bytes: number;
  /** Time of its last change, in ms since the epoch. */
  readonly at: number;
}

const xmlReply = (status: number, text: string): ServerReply => ({
  status,
  type: 'application/xml',
  text: `<?xml version="1.0" encoding="UTF-8"?>${text}`,
});

const pageSize = 1000;

/** S3 with the bucket in the path: lists of objects. Source: AWS, S3 API Reference, ListObjectsV2. */
export const s3Reply = (
  buckets: Readonly<Record<string, readonly SimulatedObject[]>>,
  { path: [bucket = ''], query }: ParsedRequest,
): ServerReply => {
  const objects = Object.hasOwn(buckets, bucket) ? buckets[bucket] : undefined;
  if (objects === undefined)
    return xmlReply(
      404,
      '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>',
    );
  const prefix = query.get('prefix') ?? '';
  const all = objects.filter(({ key }) => key.startsWith(prefix));
  const from = Number(query.get('continuation-token') ?? 0);
  const page = all.slice(from, from + pageSize);
  const isLast = from + pageSize >= all.length;
  const contents = page.map(
    ({ key, bytes, at }) =>
      `<Contents><Key>${key}</Key><LastModified>${new Date(at).toISOString()}</LastModified><Size>${bytes}</Size></Contents>`,
  );
  const next = isLast ? '' : `<NextContinuationToken>${from + pageSize}</NextContinuationToken>`;
  return xmlReply(
    200,
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${String(!isLast)}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  );
};
