import { WireError } from '../../platform/failures.ts';
import { field, text } from '../wire-value.ts';
import type { KubeClient } from './client.ts';

/** Something that one may or may not do. `subresource`: 'log', 'exec', 'scale'. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** '*' : in all of them. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface Allowed {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Whether I may do it, as the API's own authorizer says. Throws WireError. Source: SelfSubjectAccessReview. */
export const mayI = async (client: KubeClient, right: Right, signal: AbortSignal): Promise<Allowed> => {
  const { namespace, ...rest } = right;
  const resourceAttributes = {
    ...rest,
    ...(namespace === undefined || namespace === '*' ? {} : { namespace }),
  };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const status = field(await client.review(review, signal), 'status');
  const allowed = field(status, 'allowed');
  if (typeof allowed !== 'boolean') throw new WireError('malformed', 'the review says neither yes nor no');
  return { allowed, reason: text(field(status, 'reason')) ?? '' };
};
