import { z } from 'zod';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from '../daemon/daemon.ts';

/** NAME:TAG or NAME@DIGEST. */
export const zImageReference = z.string().regex(/^(?!.*\.\.)[a-z0-9][a-zA-Z0-9._/:@-]*$/, {
  error: (issue) => `${JSON.stringify(issue.input)} is not an image reference. Use NAME:TAG or NAME@sha256:…`,
});

/** The ID of an image that the daemon does not have. */
export const imageMissing = 'not present';

const inspectPath = (image: string): string =>
  `/images/${encodeURIComponent(image).replaceAll('%2F', '/')}/json`;

/** Returns the ID of a local image; `imageMissing` when it does not exist. Throws PlanError. */
export const imageIdOf = async (daemon: Daemon, image: string, signal: AbortSignal): Promise<string> => {
  const path = inspectPath(image);
  try {
    return text(field(await daemon.getJson(path, signal), 'Id')) ?? imageMissing;
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return imageMissing;
    throw new PlanError('failed', daemon.fault(path, error).message, { cause: error });
  }
};
