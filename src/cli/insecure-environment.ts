import type { ProcessEnv } from './places.ts';

/**
 * What an environment variable takes away from the security of connections; undefined: nothing. Node honors it for every TLS
 * connection of the process, whatever a profile says of certificates.
 */
export const insecurityOf = (env: ProcessEnv): string | undefined =>
  env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? 'NODE_TLS_REJECT_UNAUTHORIZED=0: TLS certificates are not verified, so any host can pose as a server; unset it, and name the CA in tls: { ca }'
    : undefined;
