import { defined } from '../../../domain/base/defined.ts';
import { ApiError } from './patch/api-error.ts';
import { qualifiedResource, type ResourceKind } from './patch/resources.ts';

/** Users. The token of `expired` is no longer valid. */
export const userNames = ['admin', 'viewer', 'nolist', 'expired'] as const;
export type UserName = (typeof userNames)[number] | 'system:anonymous';

/** Attributes of an authorization request. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Token of a user; it protects nothing. */
export const tokenOf = (user: string): string => `rehearsal-${user}`;

const readVerbs = ['get', 'list', 'watch'];
/** Subresources that give access to a pod; not for read-only users. */
const inward = ['exec', 'attach', 'portforward'];

/** Permissions of each user, as in RBAC. */
export const isAuthorized = (user: UserName, { verb, resource, subresource }: AccessAttributes): boolean => {
  if (user === 'admin') return true;
  if (resource === 'selfsubjectaccessreviews' || resource === 'selfsubjectreviews')
    return user !== 'system:anonymous';
  if (user === 'system:anonymous' || user === 'expired') return false;
  if (resource === 'secrets' || !readVerbs.includes(verb) || inward.includes(subresource ?? '')) return false;
  return user === 'viewer' || !(resource === 'pods' && subresource === undefined && verb !== 'get');
};

/** The user of a token; undefined for an unknown one. Without a token: anonymous. */
export const userOf = (authorization: string | undefined): UserName | undefined => {
  if (authorization === undefined) return 'system:anonymous';
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  return userNames.find((user) => user !== 'expired' && tokenOf(user) === token);
};

/** `403` with RBAC's full message. */
export const forbidden = (user: UserName, deed: AccessAttributes): ApiError => {
  const { verb, group, resource, subresource, namespace, name } = deed;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = `${qualifiedResource({ group } satisfies Pick<ResourceKind, 'group'>, resource)}${name === undefined ? '' : ` "${name}"`}`;
  return new ApiError(
    403,
    'Forbidden',
    `${subject} is forbidden: User "${user}" cannot ${verb} resource "${whole}" in API group "${group}" ${where}`,
    { ...defined({ name }), ...(group === '' ? {} : { group }), kind: resource },
  );
};
