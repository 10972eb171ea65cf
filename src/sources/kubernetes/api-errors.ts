import type { KubeLogin } from '../../clients/kubernetes/kube-types.ts';
import type { Millis } from '../../domain/fault.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { LoginExpiredError, RemediedError } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import { field, text } from '../wire-value.ts';

/** What was asked for has gone by: a list's continuation or a watch's version is too old (410, reason Expired). */
export class GoneError extends WireError {
  constructor(message: string) {
    super('missing', message);
    this.name = 'GoneError';
  }
}

/** A right is missing (403); the login itself is good. */
export class ForbiddenError extends RemediedError {
  constructor(message: string, remedy: string) {
    super('denied', message, remedy);
    this.name = 'ForbiddenError';
  }
}

/** Nobody has logged in yet. */
export const noLogin: KubeLogin = { words: '', argv: [] };

/**
 * What the API says against an answer; undefined for 2xx. 401 says that the login has ended, 403 which right is missing.
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

/** The same for an answer that came as a stream, of which the beginning was read. */
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
      `${plain.message}: the credentials have expired or are invalid`,
      login.words,
      login.argv,
    );
  if (code === 403) return new ForbiddenError(words, accessRemedy(why));
  if (code === 410) return new GoneError(words);
  return new WireError(plain.kind, words, plain.retryAfterMs);
};

/** The Status object that explains a refusal; undefined when the body is none. */
export const parseApiStatus = (answer: Pick<HttpAnswer, 'json'>): unknown => {
  try {
    const body = answer.json();
    return field(body, 'kind') === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
};

/** 'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "ns"' as the rule to ask for. */
const accessRemedy = (why: string): string => {
  const [, user, verb, resource, group] =
    /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"/.exec(why) ?? [];
  if (verb === undefined || resource === undefined)
    return 'request the permission with a Role or ClusterRole';
  const namespace = /in the namespace "([^"]*)"/.exec(why)?.[1];
  return `request ${formatRbacRule(
    { verbs: [verb], resource, group: group ?? '', ...(namespace === undefined ? {} : { namespace }) },
    user,
  )}`;
};

interface RbacRule {
  readonly verbs: readonly string[];
  readonly resource: string;
  readonly group: string;
  readonly namespace?: string;
}

/** The RBAC rule that gives a right, in words that can be pasted into a Role. */
export const formatRbacRule = ({ verbs, resource, group, namespace }: RbacRule, user?: string): string => {
  const role = namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`;
  const whose = user === undefined ? '' : `, bound to ${user}`;
  return `${role} with { apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.join(', ')}] }${whose}`;
};
