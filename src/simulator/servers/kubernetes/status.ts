import type { Owned } from './patch/managers.ts';
import { qualified, type ResourceKind } from './resources.ts';

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

/** A refusal, worded as the API server words it. */
export class Refusal extends Error {
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

/** The body of a refusal: `Status` of the API machinery. */
export const statusOf = ({ code, reason, message, details }: Refusal) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details === undefined ? {} : { details }),
  code,
});

const detailsOf = ({ group }: ResourceKind, kind: string, name: string): Details => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind,
});

export const unauthorized = (): Refusal => new Refusal(401, 'Unauthorized', 'Unauthorized');

export const notFound = (of: ResourceKind, name: string): Refusal =>
  new Refusal(
    404,
    'NotFound',
    `${qualified(of, of.plural)} "${name}" not found`,
    detailsOf(of, of.plural, name),
  );

export const noSuchPath = (): Refusal =>
  new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});

/** What is said of a path in a group that nobody serves; no Status. */
export const pageNotFound = { status: 404, body: '404 page not found\n' } as const;

export const notAllowed = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);

export const exists = (of: ResourceKind, name: string): Refusal =>
  new Refusal(
    409,
    'AlreadyExists',
    `${qualified(of, of.plural)} "${name}" already exists`,
    detailsOf(of, of.plural, name),
  );

export const modified = (of: ResourceKind, name: string): Refusal =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(of, of.plural)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(of, of.plural, name),
  );

/** Fields that other managers own. Of one that applies, no version is told: it owns them in every version. */
export const ownedByOthers = (apiVersion: string, conflicts: readonly Owned[]): Refusal => {
  const word = conflicts.length === 1 ? 'conflict' : 'conflicts';
  const causes = conflicts.map(({ field, manager, operation }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"${operation === 'Update' ? ` using ${apiVersion}` : ''}`,
    field,
  }));
  const first = causes[0];
  const told =
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
  return new Refusal(409, 'Conflict', `Apply failed with ${conflicts.length} ${word}: ${told}`, { causes });
};

export const expired = (asked: number | string, oldest: number): Refusal =>
  new Refusal(410, 'Expired', `too old resource version: ${asked} (${oldest})`);

export const continueExpired = (): Refusal =>
  new Refusal(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );

export const invalid = (
  of: ResourceKind,
  name: string,
  causes: readonly { readonly field: string; readonly message: string }[],
): Refusal => {
  const told = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${qualified(of, of.kind)} "${name}" is invalid: ${list}`, {
    ...detailsOf(of, of.kind, name),
    causes: causes.map(({ message, field }) => ({ reason: 'FieldValueInvalid', message, field })),
  });
};

/** What a JSON patch whose `test` does not hold is answered, and one that leads nowhere. */
export const rejected = (): Refusal =>
  new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

export const unsupportedType = (): Refusal =>
  new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
