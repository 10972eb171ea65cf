import type { RowCommand } from '../../domain/facts/row-command.ts';
import { urlUnder } from '../../platform/network/url-under.ts';
import {
  expectedHealthRow,
  findCheckId,
  type HttpCheckConfig,
  type HttpConfig,
  httpCheckId,
  parseHttpRead,
} from './config.ts';

/** The request of a check with curl, a TCP connection with nc, a certificate with openssl. Headers may hold secrets. */
const commandOf = ({ url: base }: HttpConfig, check: HttpCheckConfig): readonly string[] | undefined => {
  const { url, path, tcp, tls, method } = check;
  if (tcp !== undefined) return ['nc', '-vz', '-w', '5', tcp.host, String(tcp.port)];
  if (tls !== undefined)
    return ['openssl', 's_client', '-connect', tls.text, '-servername', tls.host, '-brief'];
  const address = url ?? (base === undefined ? undefined : urlUnder(base, path ?? ''));
  return address === undefined
    ? undefined
    : ['curl', '-sS', method === 'HEAD' ? '-I' : '-i', '-m', '10', address];
};

/** The check behind a health row or a signal. */
export const httpRowCommand: RowCommand<HttpConfig> = (config, row) => {
  const check = config.checks.find((candidate) => {
    if (row.kind === 'health') {
      const expected = expectedHealthRow(candidate, config);
      return expected.service === row.fact.service && expected.instance === row.fact.instance;
    }
    const read = row.kind === 'signal' ? parseHttpRead(row.read) : undefined;
    return read !== undefined && httpCheckId(candidate) === findCheckId(read.check, config);
  });
  return check === undefined ? undefined : commandOf(config, check);
};
