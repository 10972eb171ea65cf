import { z } from 'zod';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { rfc3339Seconds, stableUuid } from '../../model/cluster/state/names.ts';
import type { KubeAnswer, KubeRequest } from './api-context.ts';
import { badRequest, verbNotSupported } from './patch/api-error.ts';
import { type AccessAttributes, forbidden, isAuthorized } from './users.ts';

const review = z.object({
  spec: z.looseObject({
    resourceAttributes: z
      .object({
        verb: z.string().optional(),
        group: z.string().optional(),
        resource: z.string().optional(),
        subresource: z.string().optional(),
        namespace: z.string().optional(),
        name: z.string().optional(),
      })
      .optional(),
  }),
});

const path = 'apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** A SelfSubjectAccessReview, evaluated by the same rules that authorize requests. */
export const answerAccessReview = (ask: KubeRequest): KubeAnswer | undefined => {
  if (ask.path.join('/') !== path) return undefined;
  if (ask.method !== 'POST') throw verbNotSupported();
  const own: AccessAttributes = {
    verb: 'create',
    group: 'authorization.k8s.io',
    resource: 'selfsubjectaccessreviews',
  };
  if (!isAuthorized(ask.user, own)) throw forbidden(ask.user, own);
  const parsed = review.safeParse(parseJsonBody(ask.body));
  if (!parsed.success) throw badRequest('the object provided is unrecognized');
  const { resourceAttributes } = parsed.data.spec;
  const allowed =
    resourceAttributes !== undefined &&
    isAuthorized(ask.user, {
      verb: resourceAttributes.verb ?? '*',
      group: resourceAttributes.group ?? '',
      resource: resourceAttributes.resource ?? '*',
      ...(resourceAttributes.subresource ? { subresource: resourceAttributes.subresource } : {}),
    });
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: parsed.data.spec,
      status: {
        allowed,
        ...(allowed && ask.user !== 'admin'
          ? {
              reason: `RBAC: allowed by ClusterRoleBinding "${ask.user}" of ClusterRole "${ask.user}" to User "${ask.user}"`,
            }
          : {}),
      },
    },
  };
};

/** A SelfSubjectReview: the user of the request, as authenticated. */
export const answerSelfReview = ({ now }: Pick<Cluster, 'now'>, ask: KubeRequest): KubeAnswer | undefined => {
  if (ask.path.join('/') !== 'apis/authentication.k8s.io/v1/selfsubjectreviews') return undefined;
  if (ask.method !== 'POST') throw verbNotSupported();
  const own: AccessAttributes = {
    verb: 'create',
    group: 'authentication.k8s.io',
    resource: 'selfsubjectreviews',
  };
  if (!isAuthorized(ask.user, own)) throw forbidden(ask.user, own);
  parseJsonBody(ask.body);
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: rfc3339Seconds(now) },
      status: {
        userInfo: {
          username: ask.user,
          uid: stableUuid(`user ${ask.user}`),
          groups: ['system:authenticated'],
        },
      },
    },
  };
};

/** Parses a JSON body. Throws a `400` if it is invalid. */
export const parseJsonBody = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest('invalid character in the request body: it is no JSON');
  }
};
