import { routeToFirst } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { field } from '../kit/values/wire-value.ts';
import { type GithubConfig, githubConfig, githubReadSchema } from './config.ts';
import { githubOperations } from './operations.ts';

/** The host of an API URL, as the GitHub CLI names it. */
const hostOf = (url: string): string => new URL(url).host.replace(/^api\.github\.com$/, 'github.com');

/** A repository of GitHub: workflow runs, gates, approvals, deployments and findings. */
export const github: SourceModule<GithubConfig> = {
  type: 'github',
  title: 'GitHub',
  config: githubConfig,
  limitations: [
    'A source reads one repository.',
    'Only the newest runs of each request are read: list a workflow that runs rarely in `workflow`.',
    'The log of a step is a part of the job log, cut by the times of the step in whole seconds.',
  ],
  reads: githubReadSchema,
  feedNames: [
    'runs',
    'deployments',
    'code-scanning',
    'dependabot',
    'history',
    'failures',
    'releases',
    'limits',
    'workflows',
    'artifacts',
    'secrets',
  ],
  operations: declarationsOf(githubOperations),
  gives: (config) => ({
    kinds: ['ci', ...(field(config, 'findings') === undefined ? [] : (['alerts'] as const))],
  }),
  recordsChanges: true,
  describesAs: ['describe'],
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  rowCommand: ({ url, repo }, row) => {
    if (row.kind !== 'ci') return undefined;
    const host = hostOf(url);
    const of = ['--repo', host === 'github.com' ? repo : `${host}/${repo}`];
    if (row.fact.kind === 'deployment')
      return [
        'gh',
        'api',
        ...(host === 'github.com' ? [] : ['--hostname', host]),
        `repos/${repo}/deployments/${row.fact.run}/statuses`,
      ];
    if (row.fact.run === '') return ['gh', 'run', 'list', ...of];
    return [
      'gh',
      'run',
      'view',
      row.fact.run,
      ...of,
      ...(row.fact.failedStep === undefined ? [] : ['--log-failed']),
    ];
  },
  open: async (opening, io) => (await import('./open.ts')).openGithub(opening, io),
};
