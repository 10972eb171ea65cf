import type { KubeLogin } from '../../../clients/kubernetes/kube-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusError } from '../../../platform/network/status.ts';
import { LoginExpiredError, RemediedError } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../values/wire-value.ts';

/** The requested data has expired (410, reason Expired): a list continuation or a watch version is too old. */
export class GoneError extends WireError {
  constructor(message: string) {
    super('missing', message);
    this.name = 'GoneError';
  }
}

/** A missing permission (403). The login itself is valid. */
export class ForbiddenError extends RemediedError {
  constructor(message: string, remedy: string) {
    super('denied', message, remedy);
    this.name = 'ForbiddenError';
  }
}

/** Placeholder until the first login. */
export const noLogin: KubeLogin = { words: '', argv: [] };

/**
 * Returns the error that a response carries; undefined for 2xx. 401 means that the login has expired, 403 names the
 * missing permission.
 * Source: Kubernetes API conventions, "Response Status Kind".
 */
export const kubeApiError = (
  answer: HttpAnswer,
  wallNow: Millis,
  login: KubeLogin,
): WireError | undefined => {
  const plain = statusError(answer, wallNow);
  return plain === undefined
    ? undefined
    : explainApiStatus(plain, answer.status, parseApiStatus(answer), login);
};

/** Returns the error of a streamed response from the beginning of its body. */
export const explainApiStatus = (
  plain: WireError,
  code: number,
  status: unknown,
  login: KubeLogin,
): WireError => {
  const why = text(field(status, 'message')) ?? '';
  const words = why === '' ? plain.message : `${plain.message}: ${oneLine(why, 280)}`;
  if (code === 401)
    return new LoginExpiredError(
      `${plain.message}: the credentials have expired or are invalid. Log in again`,
      login.words,
      login.argv,
    );
  if (code === 403) return new ForbiddenError(words, accessRemedy(why));
  if (code === 410) return new GoneError(words);
  return new WireError(plain.kind, words, plain.retryAfterMs);
};

/** Returns the Status object that explains a rejection; undefined when the body is not one. */
export const parseApiStatus = (answer: Pick<HttpAnswer, 'json'>): unknown => {
  try {
    const body = answer.json();
    return field(body, 'kind') === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Turns 'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "ns"' into the rule
 * to request.
 */
const accessRemedy = (why: string): string => {
  const [, user, verb, resource, group] =
    /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"/.exec(why) ?? [];
  if (verb === undefined || resource === undefined)
    return 'ask an administrator for the permission, with a Role or ClusterRole';
  const namespace = /in the namespace "([^"]*)"/.exec(why)?.[1];
  return `request ${formatRbacRule(
    { verbs: [verb], resource, group: group ?? '', ...defined({ namespace }) },
    user,
  )}`;
};

interface RbacRule {
  readonly verbs: readonly string[];
  readonly resource: string;
  readonly group: string;
  readonly namespace?: string;
}

/** Formats the RBAC rule that grants a permission, ready to paste into a Role. */
export const formatRbacRule = ({ verbs, resource, group, namespace }: RbacRule, user?: string): string => {
  const role = namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`;
  const boundTo = user === undefined ? '' : `, bound to ${user}`;
  return `${role} with { apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.join(', ')}] }${boundTo}`;
};
