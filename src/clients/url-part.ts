import { WireError } from '../platform/runtime/wire-error.ts';

/** Decodes a part of a URL: a user, a password, a name. Throws `unconfigured`, without the text: it may be a password. */
export const decodeUrlPart = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new WireError('unconfigured', 'invalid % escape in the url. Write %25');
  }
};
