import type { PlannedCall } from '../../../domain/runbooks/operation.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import { formatShellCommand } from '../../../domain/text/shell-words.ts';
import type { FactsState } from '../../../store/facts.ts';

/** An object in the path of a request to the Kubernetes API (API concepts, resource URIs). */
const objectPath =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[a-z]+)\/(?<name>[^/?]+)(?:\/(?<part>[a-z]+))?$/;

/** Types of the API server itself, which accept strategic merge patches; custom resources do not. */
const isBuiltIn = (group: string | undefined): boolean =>
  group === undefined || !group.includes('.') || group.endsWith('.k8s.io');

const replicasIn = (body: string): string | undefined => /^\{"spec":\{"replicas":(\d+)\}\}$/.exec(body)?.[1];

/** The kubectl command of a request; undefined where kubectl has no equivalent. */
const kubectl = (method: string, { pathname, search }: URL, body: string): string | undefined => {
  const { group, namespace, resource = '', name = '', part } = objectPath.exec(pathname)?.groups ?? {};
  if (resource === '' || search !== '') return undefined;
  const object = `${resource}${group === undefined ? '' : `.${group}`}/${name}`;
  const where = namespace === undefined ? [] : ['-n', namespace];
  const replicas = part === 'scale' ? replicasIn(body) : undefined;
  if (method === 'PATCH' && replicas !== undefined)
    return formatShellCommand(['kubectl', 'scale', ...where, object, `--replicas=${replicas}`]);
  if (part !== undefined) return undefined;
  if (method === 'DELETE') return formatShellCommand(['kubectl', 'delete', ...where, object]);
  if (method !== 'PATCH' || !body.startsWith('{')) return undefined;
  const type = isBuiltIn(group) ? 'strategic' : 'merge';
  return formatShellCommand(['kubectl', 'patch', ...where, object, `--type=${type}`, '-p', body]);
};

/** The curl command of a request, without credentials. */
const curl = (method: string, url: string, body: string | undefined): string =>
  formatShellCommand([
    'curl',
    '-X',
    method,
    ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', body]),
    url,
  ]);

const boundValue = /^\$(\d+)=("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)(?: |: )/;

/** An SQL literal: text with doubled quotes (PostgreSQL, 4.1.2.1). */
const literal = (json: string): string => {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : json.toUpperCase();
};

/** The psql command of a statement, '$1="x": SELECT f($1)' or without values; undefined for anything else. */
const psql = (line: string): string | undefined => {
  const values = new Map<string, string>();
  let rest = line;
  for (let match = boundValue.exec(rest); match !== null; match = boundValue.exec(rest)) {
    values.set(match[1] ?? '', literal(match[2] ?? 'null'));
    rest = rest.slice(match[0].length);
  }
  const statement = rest.replaceAll(/\$(\d+)/g, (whole, nth: string) => values.get(nth) ?? whole);
  return /^[A-Z]{3,} /.test(statement) && !/\$\d/.test(statement)
    ? formatShellCommand(['psql', '-c', statement])
    : undefined;
};

/** The command that a person would type instead of a request; undefined if there is none. */
export const typedCommand = (call: PlannedCall, sourceType: string | undefined): string | undefined => {
  if (call.command !== undefined) return call.command;
  if (sourceType === 'postgres') return psql(call.line);
  const [, method = '', url = ''] = /^([A-Z]+) (https?:\/\/\S+)$/.exec(call.line) ?? [];
  if (url === '' || !URL.canParse(url)) return undefined;
  return sourceType === 'kubernetes'
    ? kubectl(method, new URL(url), call.body ?? '')
    : curl(method, url, call.body);
};

/** The commands of all planned requests, in their order; requests without a command are omitted. */
export const typedCommands = (
  { steps }: Proposal,
  sources: FactsState['frame']['sources'] = {},
): readonly string[] =>
  steps.flatMap(({ plan }) =>
    (plan?.calls ?? []).flatMap(
      (call) => typedCommand(call, sources[plan?.use.split('.')[0] ?? '']?.type) ?? [],
    ),
  );
