import { httpConnectionShape, parseDuration, z, zHttpUrl } from 'opsdeck/sdk';

/** An entry under `sources:` of a profile. */
export const nginxConfig = z.strictObject({
  url: zHttpUrl.meta({ description: 'URL of the stub_status page' }),
  service: z.string().default('nginx').meta({ description: 'name of the service in rows' }),
  accessLog: z
    .string()
    .meta({ description: 'path of the access log on this machine, in the combined format' })
    .exactOptional(),
  pidFile: z.string().default('/run/nginx.pid').meta({ description: 'path of its PID file' }),
  program: z
    .array(z.string())
    .min(1)
    .default(['nginx'])
    .meta({ description: 'command that runs nginx; -t and -s reload are appended' }),
  proc: z.string().default('/proc').meta({ description: 'mount point of procfs' }),
  ...httpConnectionShape,
});
export type NginxConfig = z.infer<typeof nginxConfig>;

const stats = ['active', 'reading', 'writing', 'waiting', 'dropped', 'requestsPerSecond', 'worker'] as const;
export type Stat = (typeof stats)[number];

const zMinutes = z.string().refine((text) => (parseDuration(text) ?? 0) >= 1000, {
  error: (issue) => `"${String(issue.input)}" is not a duration of at least 1s. Write 5m`,
});

/** Signals: a value of the status page, or a request count of the access log by status class. */
export const nginxReads = z
  .strictObject({
    stat: z
      .enum(stats)
      .meta({ description: 'a value of the stub_status page, or the process id of the newest worker' })
      .exactOptional(),
    status: z
      .string()
      .regex(/^[1-5]xx$/, { error: 'not a status class. Write 5xx' })
      .meta({ description: 'status class of the counted requests' })
      .exactOptional(),
    last: zMinutes.meta({ description: 'time range (default: 1)m' }).exactOptional(),
  })
  .refine(({ stat, status }) => (stat === undefined) !== (status === undefined), {
    error: 'exactly one of stat: and status: is required',
  });
export type NginxRead = z.infer<typeof nginxReads>;
