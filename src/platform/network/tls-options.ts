import type { TlsOptions } from './http-messages.ts';

/** TLS options in the words of Node's tls module. */
export const tlsConnectOptions = (tls: TlsOptions | undefined) => ({
  ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
  ...(tls?.key === undefined ? {} : { key: tls.key }),
  ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
});
