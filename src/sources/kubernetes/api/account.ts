import type { KubeAccess } from '../../../clients/kubernetes/kube-types.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import type { KubeClient } from './client.ts';

/** Longest user name in a record: an issuer's address and a subject fit. */
const longestName = 200;

/**
 * Returns the reader of the user name that the API server reports for the login: 'system:serviceaccount:shop:deployer'. Any
 * answer counts for the whole connection, and a login that is renewed is a new one. Undefined: the server does not serve the
 * question (before Kubernetes 1.28), or refuses it. Throws WireError. Source: Kubernetes API reference, SelfSubjectReview.
 */
export const kubeAccountReader = (
  client: Pick<KubeClient, 'access' | 'reviewSelf'>,
): ((signal: AbortSignal) => Promise<string | undefined>) => {
  let known: { readonly access: KubeAccess; readonly account: string | undefined } | undefined;
  return async (signal) => {
    const access = await client.access(signal);
    if (known?.access === access) return known.account;
    const answer = await client.reviewSelf(signal);
    const isAnswered = answer.status >= 200 && answer.status < 300;
    const name = isAnswered
      ? text(field(field(field(answer.json(), 'status'), 'userInfo'), 'username'))
      : undefined;
    const account = name === undefined ? undefined : oneLine(name, longestName);
    known = { access, account: account === '' ? undefined : account };
    return known.account;
  };
};
