import { z } from 'zod';
import { zHttpUrl } from '../../domain/schema.ts';

const syslogAddress = /^(udp|tcp):\/\/(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/i;

const zSyslog = z
  .strictObject({
    syslog: z.string().regex(syslogAddress, { error: 'write udp://HOST:514, or tcp://HOST:PORT' }).meta({
      description: 'RFC 5424 over UDP, or over TCP with octet counting; port 514 where none is given',
    }),
  })
  .transform(({ syslog }) => {
    const [, over = '', host = '', port = '514'] = syslogAddress.exec(syslog) ?? [];
    return {
      is: 'syslog' as const,
      host: host.replaceAll(/[[\]]/g, ''),
      port: Number(port),
      over: over.toLowerCase() === 'tcp' ? ('tcp' as const) : ('udp' as const),
    };
  });

const zHttp = z
  .strictObject({
    http: zHttpUrl.meta({ description: 'each record is POSTed there as its line' }),
    bearer: z.string().min(1).exactOptional(),
  })
  .transform(({ http, ...rest }) => ({ is: 'http' as const, url: http, ...rest }));

const zCopy = z.union([zSyslog, zHttp]);

/** Where copies of the ledger's records go. */
export const zAudit = z.strictObject({
  copy: z
    .union([zCopy, z.array(zCopy)])
    .transform((copies) => [copies].flat())
    .meta({ description: 'a copy of each record, after it is on disk: one place, or a list of them' }),
});
