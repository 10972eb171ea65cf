import { defined } from '../../../domain/base/defined.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../values/wire-value.ts';
import { formatRbacRule } from './kube-api-errors.ts';

/** A permission. `subresource`: 'log', 'exec', 'scale'. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** '*': all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
}

interface AccessReview {
  readonly allowed: boolean;
  readonly reason: string;
}

/** The question whether the login has a permission. Source: Kubernetes API reference, SelfSubjectAccessReview. */
export const accessReviewOf = ({ namespace, ...rest }: Right): unknown => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: {
    resourceAttributes: { ...rest, ...(namespace === undefined || namespace === '*' ? {} : { namespace }) },
  },
});

/** Reads the response to an access review. Throws WireError if there is no result. */
export const parseAccessReview = (body: unknown): AccessReview => {
  const status = field(body, 'status');
  const allowed = field(status, 'allowed');
  if (typeof allowed !== 'boolean')
    throw new WireError(
      'malformed',
      'the API server did not say whether the login may do this: check that the address is a Kubernetes API server',
    );
  return { allowed, reason: text(field(status, 'reason')) ?? '' };
};

const rightResource = ({ resource, subresource }: Right): string =>
  subresource === undefined ? resource : `${resource}/${subresource}`;

/** 'patch deployments/scale in prod' */
export const rightText = (right: Right): string =>
  `${right.verb} ${rightResource(right)}${right.namespace === undefined ? '' : ` in ${right.namespace}`}`;

/** The RBAC rule that grants a permission. */
export const rightRule = (right: Right): string => {
  const { verb, group, namespace } = right;
  return formatRbacRule({
    verbs: [verb],
    resource: rightResource(right),
    group,
    ...defined({ namespace }),
  });
};
