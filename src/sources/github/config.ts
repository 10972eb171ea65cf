import { z } from 'zod';
import { zDuration, zHttpUrl, zOneOrMore } from '../../domain/facts/schema.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';

/** Severities of findings, the mildest first. Source: GitHub REST API, code scanning and Dependabot alerts. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type FindingSeverity = (typeof severities)[number];

const zRepo = z.string().regex(/^[\w.-]+\/[\w.-]+$/, {
  error: (issue) => `"${String(issue.input)}" is not a repository: use OWNER/NAME`,
});

export const githubConfig = z.strictObject({
  repo: zRepo.meta({ description: 'repository: owner/name', examples: ['acme/shop'] }),
  url: zHttpUrl
    .meta({
      description: 'URL of the GitHub API. For GitHub Enterprise Server, write https://HOST/api/v3',
      examples: ['https://github.example.com/api/v3'],
    })
    .default('https://api.github.com'),
  workflow: zOneOrMore
    .meta({
      description: 'workflows to read, by file name. Each takes one request (default: all in one request)',
      examples: ['ci.yml'],
    })
    .exactOptional(),
  branch: z
    .string()
    .min(1)
    .meta({
      description: 'branch whose failed runs are critical (default: the default branch of the repository)',
    })
    .exactOptional(),
  branches: zOneOrMore
    .meta({
      description: 'further branches whose failed runs are warnings, by name or prefix*',
      examples: [['release/*']],
    })
    .exactOptional(),
  gates: z
    .record(z.string().min(1), z.string().min(1))
    .meta({
      description:
        'gates of the branch: a name for each, and the job of the newest completed run to read, by name or prefix*',
      examples: [{ OWASP: 'dependency-check*' }],
    })
    .exactOptional(),
  environments: zOneOrMore
    .meta({ description: 'deployment environments to read, by name or prefix* (default: all)' })
    .exactOptional(),
  service: z
    .string()
    .min(1)
    .regex(/^\S+$/, { error: 'a service name is one word: use letters, digits and -' })
    .meta({
      description:
        'name of the service that the deployments change, as in `dependencies` (default: the repository name)',
    })
    .exactOptional(),
  findings: z
    .enum(severities)
    .meta({
      description:
        'lowest severity of code scanning and Dependabot alerts to read (default: these alerts are not read)',
    })
    .exactOptional(),
  runs: z
    .int()
    .min(1)
    .max(100)
    .default(50)
    .meta({ description: 'how many of the newest runs opsdeck reads per request' }),
  reserve: z.int().min(0).default(500).meta({
    description:
      'number of requests that polling leaves unused in the rate limit, at most a tenth of the limit',
  }),
  ...httpConnectionShape,
  every: zDuration.prefault('1m').meta({
    description:
      'how often opsdeck reads the runs. Deployments are read half as often, findings a tenth as often',
  }),
  timeout: zDuration.prefault('15s').meta({ description: 'how long a whole reading may take' }),
});

export type GithubConfig = z.infer<typeof githubConfig>;

/** Read targets of a signal. */
export const githubReadSchema = z.union([
  z
    .strictObject({
      seconds: z
        .string()
        .min(1)
        .meta({ description: 'file name or name of the workflow whose newest run is measured' }),
    })
    .meta({ description: 'how many seconds the newest completed run on the branch took' }),
  z
    .strictObject({
      sinceSuccess: z
        .string()
        .min(1)
        .meta({ description: 'file name or name of the workflow whose last success is measured' }),
    })
    .meta({ description: 'number of seconds since the newest successful run on the branch' }),
  z.strictObject({ rateLimit: z.enum(['remaining', 'percent']) }).meta({
    description: 'number of requests left in the rate limit of the token, or the used share in percent',
  }),
  z
    .strictObject({ workflows: z.literal('disabled') })
    .meta({ description: 'number of workflows that are not active' }),
  z
    .strictObject({ artifacts: z.literal('available') })
    .meta({ description: 'number of artifacts among the newest 100 that have not expired' }),
  z
    .strictObject({ secrets: z.literal('oldest') })
    .meta({ description: 'number of days since the oldest secret of the repository was changed' }),
]);

export type GithubRead = z.infer<typeof githubReadSchema>;

/** The feed that provides the value of a read target. */
export const feedOfRead = (read: GithubRead): 'runs' | 'workflows' | 'artifacts' | 'secrets' =>
  'workflows' in read
    ? 'workflows'
    : 'artifacts' in read
      ? 'artifacts'
      : 'secrets' in read
        ? 'secrets'
        : 'runs';
