import { ApiError } from './api-error.ts';
import { qualifiedResource, type ResourceKind } from './resources.ts';

/** Who may ask. `expired` has a token that the server knows no more. */
export const userNames = ['admin', 'viewer', 'nolist', 'expired'] as const;
export type UserName = (typeof userNames)[number] | 'system:anonymous';

/** What somebody wants to do: the attributes that authorization looks at. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The token of a user; nothing is guarded by it. */
export const tokenOf = (user: string): string => `rehearsal-${user}`;

const readVerbs = ['get', 'list', 'watch'];
/** Ways into a pod: whoever only reads has none. */
const inward = ['exec', 'portforward'];

/** What each user may do, as RBAC would put it. */
export const isAuthorized = (user: UserName, { verb, resource, subresource }: AccessAttributes): boolean => {
  if (user === 'admin') return true;
  if (resource === 'selfsubjectaccessreviews') return user !== 'system:anonymous';
  if (user === 'system:anonymous' || user === 'expired') return false;
  if (resource === 'secrets' || !readVerbs.includes(verb) || inward.includes(subresource ?? '')) return false;
  return user === 'viewer' || !(resource === 'pods' && subresource === undefined && verb !== 'get');
};

/** The user that a token speaks for; undefined: nobody's. Without a token: anonymous. */
export const userOf = (authorization: string | undefined): UserName | undefined => {
  if (authorization === undefined) return 'system:anonymous';
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  return userNames.find((user) => user !== 'expired' && tokenOf(user) === token);
};

/** `403` with the whole sentence that RBAC says. */
export const forbidden = (user: UserName, deed: AccessAttributes): ApiError => {
  const { verb, group, resource, subresource, namespace, name } = deed;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = `${qualifiedResource({ group } satisfies Pick<ResourceKind, 'group'>, resource)}${name === undefined ? '' : ` "${name}"`}`;
  return new ApiError(
    403,
    'Forbidden',
    `${subject} is forbidden: User "${user}" cannot ${verb} resource "${whole}" in API group "${group}" ${where}`,
    { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
  );
};
