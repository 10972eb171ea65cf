import type { ParsedRequest, ServerReply } from '../http/http-server.ts';

/** The body of a request of the JSON protocols. */
export type AwsBody = Readonly<Record<string, unknown>>;
/** Handles one action of a service. */
export type AwsAction = (body: AwsBody, ask: ParsedRequest) => ServerReply;
export type AwsActions = Readonly<Record<string, AwsAction>>;

const jsonType = 'application/x-amz-json-1.0';

/** A successful response of the JSON protocols. */
export const awsReply = (json: unknown): ServerReply => ({ status: 200, json, type: jsonType });

/** A successful response without a body. */
export const emptyReply: ServerReply = { status: 200, type: jsonType };

/** An error of the JSON protocols. `query`: the code of the older query protocol, which SQS sends as a header. */
export const awsFailure = (status: number, code: string, message: string, query = code): ServerReply => ({
  status,
  json: { __type: `com.amazonaws#${code}`, message },
  type: jsonType,
  headers: { 'x-amzn-query-error': `${query};Sender` },
});

/** A text field of a body; '' when it is absent. */
export const bodyText = (body: AwsBody, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

/** A number of a body. */
export const bodyNumber = (body: AwsBody, name: string): number | undefined => {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
};

/** One page of a list, and the token of the next one. */
export const pageOf = <T>(
  all: readonly T[],
  size: number,
  token: string,
): { readonly page: readonly T[]; readonly next?: string } => {
  const from = token === '' ? 0 : Number(token);
  const next = from + size;
  return { page: all.slice(from, next), ...(next < all.length ? { next: String(next) } : {}) };
};
