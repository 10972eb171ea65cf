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
      description: 'API URL, of GitHub Enterprise Server https://HOST/api/v3',
      examples: ['https://github.example.com/api/v3'],
    })
    .default('https://api.github.com'),
  workflow: zOneOrMore
    .meta({ description: 'workflows by file name, one request each (default: all)', examples: ['ci.yml'] })
    .exactOptional(),
  branch: z
    .string()
    .min(1)
    .meta({ description: 'branch whose failures are critical (default: the default branch)' })
    .exactOptional(),
  branches: zOneOrMore
    .meta({
      description: 'further branches by name or prefix*, whose failures are warnings',
      examples: [['release/*']],
    })
    .exactOptional(),
  gates: z
    .record(z.string().min(1), z.string().min(1))
    .meta({
      description: 'gates by name: a job of the newest completed runs on the branch, by name or prefix*',
      examples: [{ OWASP: 'dependency-check*' }],
    })
    .exactOptional(),
  environments: zOneOrMore
    .meta({ description: 'deployment environments by name or prefix* (default: all)' })
    .exactOptional(),
  service: z
    .string()
    .min(1)
    .regex(/^\S+$/, { error: 'a service name is one word: use letters, digits and -' })
    .meta({
      description: 'service that the deployments change, as in dependencies (default: the repository name)',
    })
    .exactOptional(),
  findings: z
    .enum(severities)
    .meta({
      description: 'least severity of code scanning and Dependabot alerts (default: they are not read)',
    })
    .exactOptional(),
  runs: z.int().min(1).max(100).default(50).meta({ description: 'newest runs to read, per request' }),
  reserve: z
    .int()
    .min(0)
    .default(500)
    .meta({ description: 'requests of the rate limit that polling leaves, at most a tenth of the limit' }),
  ...httpConnectionShape,
  every: zDuration.prefault('1m').meta({
    description: 'poll interval of runs. Deployments are polled half as often, findings a tenth as often',
  }),
  timeout: zDuration.prefault('15s').meta({ description: 'timeout of a whole reading' }),
});

export type GithubConfig = z.infer<typeof githubConfig>;

/** Read targets of a signal. */
export const githubReadSchema = z.union([
  z
    .strictObject({ seconds: z.string().min(1).meta({ description: 'workflow, by file name or name' }) })
    .meta({ description: 'duration of the newest completed run on the branch' }),
  z
    .strictObject({ sinceSuccess: z.string().min(1).meta({ description: 'workflow, by file name or name' }) })
    .meta({ description: 'seconds since the newest successful run on the branch' }),
  z
    .strictObject({ rateLimit: z.enum(['remaining', 'percent']) })
    .meta({ description: 'requests left in the rate limit of the token, or the used share in percent' }),
  z
    .strictObject({ workflows: z.literal('disabled') })
    .meta({ description: 'number of workflows that are not active' }),
  z
    .strictObject({ artifacts: z.literal('available') })
    .meta({ description: 'number of artifacts that have not expired, of the newest 100' }),
  z
    .strictObject({ secrets: z.literal('oldest') })
    .meta({ description: 'days since the last change of the oldest secret of the repository' }),
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
