import type { Repository, SimulatedDeployment } from '../../model/spec/repository.ts';
import type { CiEnvironmentSpec } from '../../model/spec/repository-spec.ts';
import { githubTime, nodeId, type Site, userObject } from './objects.ts';

/** A deployment. Source: GitHub's OpenAPI description, deployment. */
export const deploymentObject = (site: Site, { fullName, spec }: Repository, one: SimulatedDeployment) => {
  const url = `${site.api}/repos/${fullName}/deployments/${one.id}`;
  return {
    url,
    id: one.id,
    node_id: nodeId('Deployment', one.id),
    task: 'deploy',
    original_environment: one.environment,
    environment: one.environment,
    description: null,
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.stateAt),
    statuses_url: `${url}/statuses`,
    repository_url: `${site.api}/repos/${fullName}`,
    creator: userObject(site, one.run.actor),
    sha: one.run.sha,
    ref: one.run.branch,
    payload: {},
    transient_environment: false,
    production_environment: one.environment === 'production' && spec.environments.length > 0,
    performed_via_github_app: null,
  };
};

/** The statuses of a deployment, newest first. Source: GitHub's OpenAPI description, deployment-status. */
export const deploymentStatusObjects = (site: Site, repository: Repository, one: SimulatedDeployment) => {
  const deployment = `${site.api}/repos/${repository.fullName}/deployments/${one.id}`;
  const page = `${site.web}/${repository.fullName}/actions/runs/${one.run.id}`;
  const states = one.state === 'in_progress' ? ['in_progress'] : [one.state, 'in_progress'];
  return states.map((state, index) => ({
    url: `${deployment}/statuses/${one.id * 10 + index}`,
    id: one.id * 10 + index,
    node_id: nodeId('DeploymentStatus', one.id * 10 + index),
    state,
    creator: userObject(site, one.run.actor),
    description: '',
    environment: one.environment,
    target_url: page,
    created_at: githubTime(state === 'in_progress' ? one.createdAt : one.stateAt),
    updated_at: githubTime(state === 'in_progress' ? one.createdAt : one.stateAt),
    deployment_url: deployment,
    repository_url: `${site.api}/repos/${repository.fullName}`,
    environment_url: page,
    log_url: page,
    performed_via_github_app: null,
  }));
};

const reviewerObject = (site: Site, login: string) => ({ type: 'User', reviewer: userObject(site, login) });

/** An environment with its rules. Source: GitHub's OpenAPI description, environment. */
export const environmentObject = (site: Site, { fullName }: Repository, one: CiEnvironmentSpec) => ({
  id: one.id,
  node_id: nodeId('Environment', one.id),
  name: one.name,
  url: `${site.api}/repos/${fullName}/environments/${one.name}`,
  html_url: `${site.web}/${fullName}/deployments/activity_log?environments_filter=${one.name}`,
  created_at: githubTime(0),
  updated_at: githubTime(0),
  protection_rules: [
    ...(one.reviewers.length === 0
      ? []
      : [
          {
            id: one.id * 10,
            node_id: nodeId('Gate', one.id * 10),
            prevent_self_review: false,
            type: 'required_reviewers',
            reviewers: one.reviewers.map((login) => reviewerObject(site, login)),
          },
        ]),
    ...(one.waitMinutes === undefined
      ? []
      : [
          {
            id: one.id * 10 + 1,
            node_id: nodeId('Gate', one.id * 10 + 1),
            type: 'wait_timer',
            wait_timer: one.waitMinutes,
          },
        ]),
  ],
  deployment_branch_policy: null,
});

/** Rules that a run waits for. Source: GitHub's OpenAPI description, pending-deployment. */
export const pendingObject = (site: Site, repository: Repository, one: CiEnvironmentSpec) => {
  const { id, node_id, name, url, html_url } = environmentObject(site, repository, one);
  return {
    environment: { id, node_id, name, url, html_url },
    wait_timer: one.waitMinutes ?? 0,
    wait_timer_started_at: null,
    current_user_can_approve: one.reviewers.includes(repository.spec.user),
    reviewers: one.reviewers.map((login) => reviewerObject(site, login)),
  };
};
