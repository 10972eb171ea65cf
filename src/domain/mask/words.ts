import type { Kind } from './found.ts';

/** What a profile says for certain about what has to be masked, and what must not be. */
export interface MaskWords {
  /** Names by what they are. An address of numbers is not among them: its form says what it is. */
  readonly names: readonly { readonly text: string; readonly is: Kind }[];
  /** Names of services, sources and environments: without them nobody could follow. */
  readonly stays: readonly string[];
  /** `share: { names }`: masked although they may be names of services. */
  readonly listed: readonly string[];
  /** `share: { allow }`: never masked. */
  readonly allowed: readonly string[];
}

/** 'deploy@vm-3:22' → who, and where; the port is nobody's name. '[::1]:443' has no name. */
export const partsOfAddress = (text: string): { readonly user?: string; readonly host?: string } => {
  const [, user, bracketed, plain] =
    /^(?:([^\s@/:]+)(?::[^\s@]*)?@)?(?:\[([^\]]+)\]|([^\s@:/,]+))(?::\d{1,5})?\/?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  return {
    ...(user === undefined ? {} : { user }),
    ...(host === undefined ? {} : { host }),
  };
};
