import { httpConnectionShape, parseDuration, z, zHttpUrl } from 'opsdeck/sdk';

/** An entry under `sources:` of a profile. */
export const nginxConfig = z.strictObject({
  url: zHttpUrl.meta({ description: 'its stub_status page' }),
  service: z.string().default('nginx').meta({ description: 'what rows call it' }),
  accessLog: z
    .string()
    .meta({ description: 'its access log on this machine, in the format combined' })
    .exactOptional(),
  pidFile: z
    .string()
    .default('/run/nginx.pid')
    .meta({ description: 'where it writes the id of its master process' }),
  program: z
    .array(z.string())
    .min(1)
    .default(['nginx'])
    .meta({ description: 'how it is called: it is tested and reloaded by -t and -s reload' }),
  proc: z.string().default('/proc').meta({ description: 'where Linux tells of its processes' }),
  ...httpConnectionShape,
});
export type NginxConfig = z.infer<typeof nginxConfig>;

const stats = ['active', 'reading', 'writing', 'waiting', 'dropped', 'requestsPerSecond', 'worker'] as const;
export type Stat = (typeof stats)[number];

const zMinutes = z.string().refine((text) => (parseDuration(text) ?? 0) >= 1000, {
  error: (issue) => `"${String(issue.input)}" is no time of a second or more; write 5m`,
});

/** What a signal reads: a number of the page, or how many requests of the log were answered so. */
export const nginxReads = z
  .strictObject({
    stat: z
      .enum(stats)
      .meta({ description: 'a number of the stub_status page, or the process id of its newest worker' })
      .exactOptional(),
    status: z
      .string()
      .regex(/^[1-5]xx$/, { error: 'a class of statuses is 5xx' })
      .meta({ description: 'requests of the access log with such a status' })
      .exactOptional(),
    last: zMinutes.meta({ description: 'of how long; default: 1m' }).exactOptional(),
  })
  .refine(({ stat, status }) => (stat === undefined) !== (status === undefined), {
    error: 'write stat: or status:',
  });
export type NginxRead = z.infer<typeof nginxReads>;
