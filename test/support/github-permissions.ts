import type { Handler, ParsedRequest } from '../../src/simulator/servers/http/http-server.ts';

/** The permissions of a fine-grained token by their names in the API: { actions: 'read' }. */
export type Granted = Readonly<Record<string, 'read' | 'write'>>;

/** The permission that each path of a repository takes. Source: GitHub docs, Permissions required for fine-grained tokens. */
const required: readonly (readonly [method: 'GET' | 'change', path: RegExp, permission: string])[] = [
  ['change', /^actions\/runs\/\d+\/pending_deployments$/, 'deployments=write'],
  ['change', /^actions\//, 'actions=write'],
  ['change', /^issues/, 'issues=write'],
  ['GET', /^actions\/secrets/, 'secrets=read'],
  ['GET', /^(?:actions\/|environments)/, 'actions=read'],
  ['GET', /^deployments/, 'deployments=read'],
  ['GET', /^commits\/[^/]+\/pulls|^pulls\//, 'pull_requests=read'],
  ['GET', /^(?:commits|contents|releases)/, 'contents=read'],
  ['GET', /^code-scanning\//, 'security_events=read'],
  ['GET', /^dependabot\//, 'vulnerability_alerts=read'],
  ['GET', /^issues/, 'issues=read'],
  ['GET', /^$/, 'metadata=read'],
];

const requiredBy = ({ method, rawPath }: ParsedRequest): string | undefined => {
  const [, path] = /^\/repos\/[^/]+\/[^/]+\/?(.*)$/.exec(rawPath) ?? [];
  if (path === undefined) return undefined;
  const kind = method === 'GET' ? 'GET' : 'change';
  const [, , permission] = required.find(([of, pattern]) => of === kind && pattern.test(path)) ?? [];
  if (permission === undefined) throw new Error(`no permission is known for ${method} ${rawPath}`);
  return permission;
};

/**
 * Answers like GitHub to a fine-grained token with these permissions: each response names the permission that its request
 * takes, and a request without it is a 403.
 */
export const withPermissions =
  (granted: Granted) =>
  (handler: Handler): Handler =>
  (ask) => {
    const permission = requiredBy(ask);
    if (permission === undefined) return handler(ask);
    const [name = '', level] = permission.split('=');
    const headers = { 'x-accepted-github-permissions': permission };
    if (granted[name] === level || granted[name] === 'write') {
      const reply = handler(ask);
      return reply === 'cut' ? reply : { ...reply, headers: { ...reply.headers, ...headers } };
    }
    const message = 'Resource not accessible by personal access token';
    return { status: 403, json: { message, documentation_url: 'https://docs.github.com/rest' }, headers };
  };
