import { defined } from '../../../../domain/base/defined.ts';
import type { BudgetObject } from '../../../model/spec/cluster-objects.ts';
import type { FieldOwnership } from './managed-fields.ts';
import { qualifiedResource, type ResourceKind } from './resources.ts';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** An error with the API server's message. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The error response: `Status` of the API machinery. */
export const errorStatus = ({ code, reason, message, details }: ApiError) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...defined({ details }),
  code,
});

const detailsOf = ({ group }: ResourceKind, kind: string, name: string): Details => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind,
});

export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');

export const objectNotFound = (of: ResourceKind, name: string): ApiError =>
  new ApiError(
    404,
    'NotFound',
    `${qualifiedResource(of, of.plural)} "${name}" not found`,
    detailsOf(of, of.plural, name),
  );

export const noSuchPath = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

/** Response for a path in an unknown group, which is not a Status. */
export const apiPathNotFound = { status: 404, body: '404 page not found\n' } as const;

export const verbNotSupported = (): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const objectExists = (of: ResourceKind, name: string): ApiError =>
  new ApiError(
    409,
    'AlreadyExists',
    `${qualifiedResource(of, of.plural)} "${name}" already exists`,
    detailsOf(of, of.plural, name),
  );

export const objectModified = (of: ResourceKind, name: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(of, of.plural)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(of, of.plural, name),
  );

/**
 * Fields owned by other managers. Server-side apply conflicts name no version, because the manager owns the field in every
 * version.
 */
export const fieldConflict = (apiVersion: string, conflicts: readonly FieldOwnership[]): ApiError => {
  const word = conflicts.length === 1 ? 'conflict' : 'conflicts';
  const causes = conflicts.map(({ field, manager, operation }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"${operation === 'Update' ? ` using ${apiVersion}` : ''}`,
    field,
  }));
  const first = causes[0];
  const reported =
    causes.length === 1 && first !== undefined
      ? `${first.message}: ${first.field}`
      : [...new Set(causes.map(({ message }) => message))]
          .map(
            (by) =>
              `${by}:\n${causes
                .filter(({ message }) => message === by)
                .map(({ field }) => `- ${field}`)
                .join('\n')}`,
          )
          .join('\n');
  return new ApiError(409, 'Conflict', `Apply failed with ${conflicts.length} ${word}: ${reported}`, {
    causes,
  });
};

export const versionExpired = (requested: number | string, oldest: number): ApiError =>
  new ApiError(410, 'Expired', `too old resource version: ${requested} (${oldest})`);

export const continueExpired = (): ApiError =>
  new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );

export const invalidObject = (
  of: ResourceKind,
  name: string,
  causes: readonly { readonly field: string; readonly message: string; readonly reason?: string }[],
): ApiError => {
  const reported = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = reported.length === 1 ? reported[0] : `[${reported.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedResource(of, of.kind)} "${name}" is invalid: ${list}`, {
    ...detailsOf(of, of.kind, name),
    causes: causes.map(({ message, field, reason = 'FieldValueInvalid' }) => ({ reason, message, field })),
  });
};

/** `429` for an eviction that would violate a PodDisruptionBudget. Source: registry/core/pod/storage/eviction.go. */
export const evictionBlocked = ({ metadata, status }: BudgetObject): ApiError =>
  new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [
      {
        reason: 'DisruptionBudget',
        message: `The disruption budget ${metadata.name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
        field: '',
      },
    ],
  });

/** Responses to a JSON patch with a failed `test` or an invalid path. */
export const patchRejected = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

export const unsupportedMediaType = (): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
