import { createHash } from 'node:crypto';
import { defined } from '../../../domain/base/defined.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { Repository, SimulatedRun } from '../../model/spec/repository.ts';
import type { Handler, ParsedRequest, ServerReply } from '../http/http-server.ts';
import {
  deploymentObject,
  deploymentStatusObjects,
  environmentObject,
  pendingObject,
} from './deployment-objects.ts';
import {
  codeScanningObject,
  commitObject,
  dependabotObject,
  issueObject,
  releaseObject,
} from './finding-objects.ts';
import { fullRepositoryObject, jobLog, jobObject, runObject, type Site, workflowObject } from './objects.ts';
import { SimulatedRateLimit } from './rate-limit.ts';
import {
  artifactObject,
  pullObject,
  reviewObjects,
  secretObject,
  workflowFileObject,
} from './repository-objects.ts';

const json = (value: unknown, status = 200): ServerReply => ({
  status,
  json: value,
  type: 'application/json; charset=utf-8',
});

const failed = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ServerReply => ({
  ...json({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) }, status),
  headers,
});

const notFound = failed(404, 'Not Found');

/** A request of one repository. */
interface Ask {
  readonly request: ParsedRequest;
  readonly repository: Repository;
  readonly site: Site;
  readonly now: number;
}

/** One page of a list, with the links of the others. */
const paged = (
  { request }: Ask,
  all: readonly unknown[],
  bodyOf: (page: readonly unknown[]) => unknown = (page) => page,
): ServerReply => {
  const size = Math.min(100, Number(request.query.get('per_page') ?? 30) || 30);
  const number = Math.max(1, Number(request.query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (page: number, rel: string): string => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(page));
    return `<http://${request.host}${request.rawPath}?${query}>; rel="${rel}"`;
  };
  const reply = json(bodyOf(all.slice((number - 1) * size, number * size)));
  if (number >= last) return reply;
  return { ...reply, headers: { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } };
};

const bodyOf = ({ body }: ParsedRequest): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};

/** Runs that match the query of a request. */
const runsOf = ({ request: { query }, repository, now }: Ask, workflow?: string): readonly SimulatedRun[] => {
  const created = /^>=(.+)$/.exec(query.get('created') ?? '')?.[1];
  return repository.newestRuns.filter((run) => {
    const { status, conclusion } = repository.state(run, now);
    const wantedPart = query.get('status');
    return (
      (workflow === undefined || run.workflow === workflow) &&
      (query.get('branch') ?? run.branch) === run.branch &&
      (query.get('event') ?? run.event) === run.event &&
      (query.get('head_sha') ?? run.sha) === run.sha &&
      (wantedPart === null || wantedPart === status || wantedPart === conclusion) &&
      (created === undefined || run.createdAt >= Date.parse(created))
    );
  });
};

const runList = (ask: Ask, workflow?: string): ServerReply => {
  const runs = runsOf(ask, workflow);
  const { site, repository, now } = ask;
  return paged(
    ask,
    runs.map((run) => runObject(site, repository, run, now)),
    (workflow_runs) => ({ total_count: runs.length, workflow_runs }),
  );
};

const dispatch = ({ request, repository, site, now }: Ask, key: string): ServerReply => {
  const workflow = repository.workflow(key);
  if (workflow === undefined) return notFound;
  const { ref, return_run_details: wantsDetails } = bodyOf(request);
  if (typeof ref !== 'string' || !repository.heads.has(ref))
    return failed(422, `No ref found for: ${String(ref)}`);
  if (workflow.state !== 'active') return failed(403, 'Cannot trigger a disabled workflow');
  const run = repository.add({
    workflow: workflow.file,
    branch: ref,
    event: 'workflow_dispatch',
    actor: repository.spec.user,
    createdAt: now,
  });
  if (wantsDetails !== true) return { status: 204 };
  const { url, html_url } = runObject(site, repository, run, now);
  return json({ workflow_run_id: run.id, run_url: url, html_url });
};

const review = (ask: Ask, run: SimulatedRun): ServerReply => {
  const { request, repository, site, now } = ask;
  const { environment_ids: ids, state } = bodyOf(request);
  const environments = Array.isArray(ids) ? ids : [];
  const pending = repository.pending(run, now).filter(({ id }) => environments.includes(id));
  if (pending.length === 0 || (state !== 'approved' && state !== 'rejected'))
    return failed(422, 'There is no pending deployment request to approve or reject');
  for (const { name } of pending) run.reviews.set(name, { at: now, isApproved: state === 'approved' });
  const names = new Set(pending.map(({ name }) => name));
  const started = repository
    .deployments(now)
    .filter((deployment) => deployment.run === run && names.has(deployment.environment));
  return json(started.map((simulatedDeployment) => deploymentObject(site, repository, simulatedDeployment)));
};

const runPage = (ask: Ask, run: SimulatedRun, rest: readonly string[]): ServerReply => {
  const { request, repository, site, now } = ask;
  const state = repository.state(run, now);
  const isCompleted = state.status === 'completed';
  switch (`${request.method} ${rest.join('/')}`.trim()) {
    case 'GET':
      return json(runObject(site, repository, run, now));
    case 'GET jobs':
      return paged(
        ask,
        state.jobs.map((job) => jobObject(site, repository, run, job)),
        (jobs) => ({ total_count: state.jobs.length, jobs }),
      );
    case 'GET pending_deployments':
      return json(
        repository
          .pending(run, now)
          .map((environmentSpec) => pendingObject(site, repository, environmentSpec)),
      );
    case 'POST pending_deployments':
      return review(ask, run);
    case 'POST rerun':
    case 'POST rerun-failed-jobs':
      if (!isCompleted) return failed(403, 'This workflow is already running');
      repository.rerun(run, now, rest[0] === 'rerun' ? 'all' : 'failed');
      return json({}, 201);
    case 'POST cancel':
    case 'POST force-cancel':
      if (isCompleted) return failed(409, 'Cannot cancel a workflow run that is completed.');
      run.cancelledAt = now;
      return json({}, 202);
    default:
      return notFound;
  }
};

/** The secrets, or with a name a new value of one. */
const secretsPage = (ask: Ask, key: string): ServerReply => {
  const { request, repository, now } = ask;
  const all = repository.secrets;
  if (key === '')
    return paged(ask, all.map(secretObject), (secrets) => ({ total_count: all.length, secrets }));
  if (request.method !== 'PUT' || !all.some(({ name }) => name === key)) return notFound;
  repository.rotated.set(key, now);
  return { status: 204 };
};

const actionsPage = (ask: Ask, [area = '', key = '', ...rest]: readonly string[]): ServerReply => {
  const { request, repository, site, now } = ask;
  if (area === 'runs' && key === '') return runList(ask);
  if (area === 'runs') {
    const run = repository.run(Number(key));
    return run === undefined ? notFound : runPage(ask, run, rest);
  }
  if (area === 'workflows' && key === '') {
    const { workflows } = repository.spec;
    return paged(
      ask,
      workflows.map((workflow) => workflowObject(site, repository, workflow)),
      (page) => ({ total_count: workflows.length, workflows: page }),
    );
  }
  if (area === 'workflows') {
    const workflow = repository.workflow(key);
    if (workflow === undefined) return notFound;
    if (rest.length === 0) return json(workflowObject(site, repository, workflow));
    if (rest[0] === 'runs') return runList(ask, workflow.file);
    return rest[0] === 'dispatches' && request.method === 'POST' ? dispatch(ask, key) : notFound;
  }
  if (area === 'artifacts') {
    const all = repository.spec.artifacts ?? [];
    return paged(
      ask,
      all.map((artifactSpec) => artifactObject(site, repository, artifactSpec, now)),
      (artifacts) => ({ total_count: all.length, artifacts }),
    );
  }
  if (area === 'secrets') return secretsPage(ask, key);
  if (area === 'jobs' && rest[0] === 'logs') {
    const exists = repository.runs.some((run) =>
      repository.state(run, now).jobs.some(({ id }) => id === Number(key)),
    );
    // The storage has another origin than the API.
    const storage = request.host.replace(/^127\.0\.0\.1/, 'localhost');
    return exists
      ? { status: 302, headers: { location: `http://${storage}/_storage/logs/${key}` } }
      : notFound;
  }
  return notFound;
};

const deploymentsPage = (ask: Ask, [key = '', ...rest]: readonly string[]): ServerReply => {
  const { repository, site, now } = ask;
  const all = repository.deployments(now);
  if (key === '')
    return paged(
      ask,
      all.map((simulatedDeployment) => deploymentObject(site, repository, simulatedDeployment)),
    );
  const foundSimulatedDeployment = all.find(({ id }) => id === Number(key));
  if (foundSimulatedDeployment === undefined) return notFound;
  return rest[0] === 'statuses'
    ? paged(ask, deploymentStatusObjects(site, repository, foundSimulatedDeployment))
    : json(deploymentObject(site, repository, foundSimulatedDeployment));
};

const issuesPage = (ask: Ask, [key = '']: readonly string[]): ServerReply => {
  const { request, repository, site, now } = ask;
  const { title, body, labels, state } = bodyOf(request);
  if (key === '' && request.method === 'POST') {
    if (typeof title !== 'string') return failed(422, 'Validation Failed');
    const issue = {
      number: repository.issues.length + 1,
      title,
      body: typeof body === 'string' ? body : '',
      labels: Array.isArray(labels) ? labels.map(String) : [],
      createdAt: now,
    };
    repository.issues.push(issue);
    return json(issueObject(site, repository, issue), 201);
  }
  const issue = repository.issues.find(({ number }) => number === Number(key));
  if (issue === undefined) return notFound;
  if (request.method === 'PATCH' && state === 'closed') issue.closedAt = now;
  return json(issueObject(site, repository, issue));
};

const repositoryPage = (ask: Ask, [area = '', ...rest]: readonly string[]): ServerReply => {
  const { repository, site, now } = ask;
  const { spec } = repository;
  switch (area) {
    case '':
      return json(fullRepositoryObject(site, repository));
    case 'actions':
      return actionsPage(ask, rest);
    case 'deployments':
      return deploymentsPage(ask, rest);
    case 'issues':
      return issuesPage(ask, rest);
    case 'environments':
      return paged(
        ask,
        spec.environments.map((environment) => environmentObject(site, repository, environment)),
        (environments) => ({ total_count: spec.environments.length, environments }),
      );
    case 'commits': {
      const sha = repository.commit(rest[0] ?? '');
      if (sha === undefined) return failed(422, `No commit found for SHA: ${rest[0]}`);
      if (rest.length === 1) return json(commitObject(site, repository, sha, now));
      const pulls = (spec.pulls ?? []).filter((pull) => pull.sha === sha);
      return rest[1] === 'pulls'
        ? paged(
            ask,
            pulls.map((pull) => pullObject(site, repository, pull)),
          )
        : notFound;
    }
    case 'pulls': {
      const pull = (spec.pulls ?? []).find(({ number }) => String(number) === rest[0]);
      return pull === undefined || rest[1] !== 'reviews'
        ? notFound
        : paged(ask, reviewObjects(site, repository, pull));
    }
    case 'contents': {
      const workflow = spec.workflows.find(({ file }) => rest.join('/') === `.github/workflows/${file}`);
      return workflow === undefined ? notFound : json(workflowFileObject(site, repository, workflow));
    }
    case 'code-scanning':
      return spec.codeScanning === undefined
        ? failed(404, 'no analysis found')
        : paged(
            ask,
            spec.codeScanning.map((findingSpec) => codeScanningObject(site, repository, findingSpec)),
          );
    case 'dependabot':
      return spec.dependabot === undefined
        ? failed(403, 'Dependabot alerts are disabled for this repository.')
        : paged(
            ask,
            spec.dependabot.map((findingSpec) => dependabotObject(site, repository, findingSpec)),
          );
    case 'releases':
      return paged(
        ask,
        (spec.releases ?? []).map((release) => releaseObject(site, repository, release)),
      );
    default:
      return notFound;
  }
};

const etagOf = ({ json: body }: ServerReply): string =>
  `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}"`;

/**
 * Handles the REST API of one repository. Responses to GET have an ETag, and a matching If-None-Match gets a 304 that
 * does not count against the limit. Credentials are not verified. `seen`: called with each request that is counted.
 */
export const githubHandler = (
  repository: Repository,
  clock: Clock,
  seen: (line: string) => void = () => {},
): Handler => {
  const limit = new SimulatedRateLimit();
  return (request) => {
    const { path, host, method } = request;
    const now = clock.wallNow();
    const site: Site = { api: `http://${host}`, web: `http://${host}/web` };
    const [root, owner, name, ...rest] = path[0] === 'api' && path[1] === 'v3' ? path.slice(2) : path;
    if (root === '_storage') {
      const jobs = repository.runs.flatMap((run) => repository.state(run, now).jobs);
      const job = jobs.find(({ id }) => id === Number(name));
      return job === undefined ? { status: 404, text: 'BlobNotFound' } : { status: 200, text: jobLog(job) };
    }
    if (root === 'rate_limit') {
      const core = limit.object(now);
      return json({ resources: { core, search: { ...core, limit: 30, remaining: 30 } }, rate: core });
    }
    const isKnown = root === 'repos' && `${owner}/${name}` === repository.fullName;
    const reply = isKnown ? repositoryPage({ request, repository, site, now }, rest) : notFound;
    const etag = method === 'GET' && reply.status === 200 ? etagOf(reply) : undefined;
    const isUnchanged = etag !== undefined && request.ifNoneMatch === etag;
    if (!isUnchanged) seen(`${method} /${path.join('/')}`);
    const headers = {
      ...reply.headers,
      ...limit.headers(now, !isUnchanged),
      ...defined({ etag }),
    };
    return isUnchanged ? { status: 304, headers } : { ...reply, headers };
  };
};
