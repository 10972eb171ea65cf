import type { AuditCopy } from '../../domain/guard.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Finding } from '../../sources/source.ts';
import { copyAddress } from '../run/acting.ts';

const source = 'audit';

const endOf = (copy: AuditCopy): { readonly host: string; readonly port: number } => {
  if (copy.is === 'syslog') return copy;
  const { hostname, port, protocol } = new URL(copy.url);
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
};

/** Whether the places where copies of the ledger go can be reached: connected to, and nothing said. */
export const examineCopies = async (
  copies: readonly AuditCopy[],
  openIo: () => ReadIo,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const io = openIo();
  const examine = async (copy: AuditCopy): Promise<Finding> => {
    const to = copyAddress(copy);
    if (copy.is === 'syslog' && copy.over === 'udp')
      return { source, ok: true, what: `${to}: UDP tells nobody whether anything arrives there` };
    try {
      const { host, port } = endOf(copy);
      await io.tcp(host, port, signal);
      return { source, ok: true, what: `${to} takes connections` };
    } catch (error) {
      return {
        source,
        ok: false,
        what: `records are not copied to ${to}: ${error instanceof Error ? error.message : String(error)}`,
        remedy: `What is missing there stands in the ledger: opsdeck audit show --json`,
      };
    }
  };
  try {
    return await Promise.all(copies.map(examine));
  } finally {
    await io.close();
  }
};
