import type { Millis } from '../../domain/base/fault.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { parseRetryAfter, statusError, statusText, throttledError } from '../../platform/network/status.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { jsonErrorMessage } from '../kit/operations/json-api.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { rateLimitError, rateLimitOf } from './rate-limit.ts';

/** GitHub asks to wait at least a minute after a secondary limit without Retry-After. */
const secondaryWaitMs: Millis = 60_000;

/** The permissions whose name in the settings of a token differs from that in the API. Source: GitHub docs, Permissions. */
const settingNames: Readonly<Record<string, string>> = {
  security_events: 'code scanning alerts',
  vulnerability_alerts: 'dependabot alerts',
};

/** 'pull requests: read' of 'pull_requests=read' */
const permissionText = (written: string): string => {
  const [name = '', level] = written.split('=');
  const setting = settingNames[name] ?? name.replaceAll('_', ' ');
  return level === undefined ? setting : `${setting}: ${level}`;
};

/**
 * 'actions: write' of the header X-Accepted-GitHub-Permissions ('actions=write; contents=read,actions=read' has
 * alternatives).
 */
const acceptedPermissions = (header: string | undefined): string =>
  (header ?? '')
    .split(';')
    .map((textValue) =>
      textValue
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(permissionText)
        .join(' and '),
    )
    .filter((part) => part !== '')
    .join(', or ');

/** The remedy of a denied request. `needs`: the permission of a fine-grained token, when the response names none. */
const deniedRemedy = ({ status, headers }: HttpAnswer, needs: string): string | undefined => {
  if (status === 401)
    return 'the token is invalid, revoked or expired: create a new token, and write the token to auth.bearer of the source';
  const sso = /url=(https:\/\/[^\s;,]+)/.exec(headers['x-github-sso'] ?? '')?.[1];
  if (sso !== undefined) return `authorize the token for single sign-on: ${sso}`;
  const accepted = acceptedPermissions(headers['x-accepted-github-permissions']) || needs;
  return accepted === '' ? undefined : `grant the token the repository permission ${accepted}`;
};

/**
 * Returns the error of a response; undefined when it succeeded. `needs`: the permission that the request takes:
 * 'actions: read'. Source: GitHub docs, Troubleshooting the REST API.
 */
export const githubError = (answer: HttpAnswer, wallNow: Millis, needs = ''): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem === undefined || problem.kind === 'unreachable') return problem;
  const message = jsonErrorMessage(answer, (body) => text(field(body, 'message')) ?? '');
  const said = message === '' ? problem.message : `${problem.message}: ${message}`;
  if (answer.status === 403 || answer.status === 429) {
    const limit = rateLimitOf(answer.headers);
    if (limit?.remaining === 0) return rateLimitError(limit, wallNow);
    const waitMs = parseRetryAfter(answer.headers['retry-after'], wallNow);
    if (waitMs !== undefined || /secondary rate limit|abuse detection/i.test(message))
      return throttledError(`answered ${statusText(answer.status)}: ${message}`, waitMs ?? secondaryWaitMs);
  }
  if (problem.kind === 'denied') return new RemediedError('denied', said, deniedRemedy(answer, needs));
  if (problem.kind === 'missing')
    return new RemediedError(
      'missing',
      said,
      `check repo, and the read access of the token${needs === '' ? '' : ` (${needs})`}: GitHub reports 404 for both`,
    );
  return problem.kind === 'throttled' ? problem : new WireError(problem.kind, said);
};
